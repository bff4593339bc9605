#!/usr/bin/env dotnet
#:project Lectures/Lectures.csproj
#:property PublishAot=false

// The lectures' demonstrations: what is claimed, what is measured, a verdict, and a page with the pictures.
//   dotnet run -c Release examples/lectures.cs -- list
//   dotnet run -c Release examples/lectures.cs -- A2 E3                 these two; F means all whose id begins with F
//   dotnet run -c Release examples/lectures.cs -- all --quick           all, in ten minutes; the page is lectures.html
//   dotnet run -c Release examples/lectures.cs -- --help                all options

return Autograd.Lectures.Runner.Main(args);
