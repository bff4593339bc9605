// The lectures' claims: what is claimed, what is measured, a verdict, and a page with the pictures. See README.md in this folder.
return Autograd.Lectures.Runner.Start(args);
