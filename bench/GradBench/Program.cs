using Autograd.GradBench;
using Autograd.GradBench.Evaluations;

// The tool of GradBench's protocol: a message a line on standard input, its response on standard output. See docs/design/gradbench.md.
Evaluation[] evaluations =
[
    Hello.Evaluation, Lstm.Evaluation, Gmm.Evaluation, KMeans.Evaluation, LogSumExponentials.Evaluation, LeastSquares.Evaluation,
    Ode.Evaluation, Determinant.Evaluation, BundleAdjustment.Evaluation, HandTracking.Evaluation, Particle.Evaluation, Saddle.Evaluation,
];
using var output = Console.OpenStandardOutput();
new Session(evaluations, output).Run(Console.In);
