namespace Autograd.Optimizers;

/// <summary>A point on a line, with the value there, its slope along the line and the whole gradient.</summary>
readonly record struct Trial(double Step, double Value, double Slope, double[] Point, double[] Gradient)
{
    public bool IsFinite => double.IsFinite(Value) && Array.TrueForAll(Gradient, double.IsFinite);
}

/// <summary>A step that satisfies the strong Wolfe conditions (Nocedal, Wright 2006, algorithms 3.5 and 3.6).</summary>
sealed class LineSearch(double decrease, double curvature)
{
    const int MostTrials = 40;

    /// <summary>Looks for a step.</summary>
    /// <param name="start">At step 0, with a negative slope.</param>
    /// <param name="first">The step to be tried first.</param>
    /// <param name="at">Evaluates a step.</param>
    /// <returns>
    /// The step found; if rounding or a barrier prevents the condition on the slope, the best step that satisfies the other; null if there
    /// is none.
    /// </returns>
    public Trial? Find(Trial start, double first, Func<double, Trial> at)
    {
        var before = start;
        double step = first;
        for (int trial = 0; trial < MostTrials; trial++, step *= 2)
        {
            var now = at(step);
            if (!IsLowEnough(start, now) || (trial > 0 && now.Value >= before.Value)) return Zoom(start, before, now, at);
            if (IsFlatEnough(start, now)) return now;
            if (now.Slope >= 0) return Zoom(start, now, before, at);
            before = now;
        }
        return before;
    }

    // An acceptable step lies between low and high: low is the best so far, and the slope there points to high.
    Trial? Zoom(Trial start, Trial low, Trial high, Func<double, Trial> at)
    {
        for (int trial = 0; trial < MostTrials; trial++)
        {
            double step = Between(low, high);
            if (step == low.Step || step == high.Step) break;
            var now = at(step);
            if (!IsLowEnough(start, now) || now.Value >= low.Value)
            {
                high = now;
                continue;
            }
            if (IsFlatEnough(start, now)) return now;
            if (now.Slope * (high.Step - low.Step) >= 0) high = low;
            low = now;
        }
        return low.Step > 0 ? low : null;
    }

    // NaN and infinities are never low enough.
    bool IsLowEnough(in Trial start, in Trial now) => now.IsFinite && now.Value <= start.Value + decrease * now.Step * start.Slope;

    bool IsFlatEnough(in Trial start, in Trial now) => Math.Abs(now.Slope) <= -curvature * start.Slope;

    // The minimum of the cubic through both ends (equation 3.59), kept away from them; the middle where there is none.
    static double Between(in Trial a, in Trial b)
    {
        double width = b.Step - a.Step;
        double d = a.Slope + b.Slope - 3 * (b.Value - a.Value) / width;
        double root = Math.CopySign(Math.Sqrt(d * d - a.Slope * b.Slope), width);
        double part = 1 - (b.Slope + root - d) / (b.Slope - a.Slope + 2 * root);
        return a.Step + width * (double.IsFinite(part) ? Math.Clamp(part, 0.1, 0.9) : 0.5);
    }
}
