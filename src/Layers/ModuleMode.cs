namespace Autograd.Layers;

/// <summary>Training or evaluation of a module, and the training step. An object, so that views of a module follow its changes.</summary>
sealed class ModuleMode
{
    [ThreadStatic]
    static List<(ModuleMode Mode, (bool IsTraining, int Step) Value)>? reads;

    (bool IsTraining, int Step) value;

    public (bool IsTraining, int Step) Value
    {
        get
        {
            reads?.Add((this, value));
            // A segment that is run again sees the mode of its first run.
            return Checkpoint.AsAtFirst(this, value);
        }
        set => this.value = value;
    }

    /// <summary>Runs something, and notes the modes that it asks for, of whatever modules.</summary>
    public static ModeReads Watch(Action run)
    {
        var before = reads;
        var seen = reads = [];
        try
        {
            run();
        }
        finally
        {
            reads = before;
        }
        return new ModeReads([.. seen.Distinct()]);
    }

    /// <summary>Modes as they were when they were asked for.</summary>
    internal readonly struct ModeReads((ModuleMode Mode, (bool IsTraining, int Step) Value)[] seen)
    {
        /// <summary>Whether all of them still are what they were. Allocates nothing.</summary>
        public bool AreCurrent()
        {
            foreach (var (mode, value) in seen)
                if (mode.value != value)
                    return false;
            return true;
        }
    }
}
