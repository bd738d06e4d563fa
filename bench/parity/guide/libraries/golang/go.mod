module libraries

go 1.25
