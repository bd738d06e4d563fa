// Command calling calls a function without starting anything.
package main

import "fmt"

func child() {
	fmt.Println("child: runs")
}

func main() {
	child()
	fmt.Println("main: has called it")
}
