module go_reference

go 1.25
