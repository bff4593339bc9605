namespace Autograd.Distributed.Mpi;

/// <summary>A rank of a job that MPI has started.</summary>
sealed unsafe class MpiCommunicator : Communicator
{
    // What MPI counts in one message, well below 2³¹.
    const long MostBytes = 1 << 30;

    readonly MpiLibrary mpi;
    readonly nint handle;

    public MpiCommunicator(MpiLibrary mpi, nint handle)
    {
        this.mpi = mpi;
        this.handle = handle;
        int rank, size;
        mpi.Check(mpi.SetErrorHandler(handle, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        mpi.Check(mpi.CommRank(handle, &rank), "MPI_Comm_rank");
        mpi.Check(mpi.CommSize(handle, &size), "MPI_Comm_size");
        Rank = rank;
        Size = size;
    }

    public override int Rank { get; }

    public override int Size { get; }

    public override Communicator Split(int group, int order = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        nint made = 0;
        mpi.Check(mpi.CommSplit(handle, group, order, &made), "MPI_Comm_split");
        return new MpiCommunicator(mpi, made) { Timeout = Timeout };
    }

    public override void Abort(int code) => mpi.Abort(handle, code);

    internal override Transfer BeginSend(void* data, long bytes, int to, int tag)
    {
        CheckLength(nameof(Send), bytes);
        var request = new Request(mpi, to, "MPI_Isend");
        mpi.Check(mpi.SendBegin(data, (int)bytes, mpi.Bytes, to, tag, handle, request.Handle), "MPI_Isend");
        return request;
    }

    internal override Transfer BeginReceive(void* data, long bytes, int from, int tag)
    {
        CheckLength(nameof(Receive), bytes);
        var request = new Request(mpi, from, "MPI_Irecv") { Expected = (int)bytes };
        mpi.Check(mpi.ReceiveBegin(data, (int)bytes, mpi.Bytes, from, tag, handle, request.Handle), "MPI_Irecv");
        return request;
    }

    internal override Transfer BeginSum(float* data, int count) => Sum(data, count, mpi.Singles);

    internal override Transfer BeginSum(double* data, int count) => Sum(data, count, mpi.Doubles);

    private protected override void BroadcastBytes(byte* data, long bytes, int from)
    {
        for (long done = 0; done < bytes; done += MostBytes)
        {
            var request = new Request(mpi, null, "MPI_Ibcast");
            int count = (int)Math.Min(MostBytes, bytes - done);
            mpi.Check(mpi.BroadcastBegin(data + done, count, mpi.Bytes, from, handle, request.Handle), "MPI_Ibcast");
            Wait(nameof(Broadcast), [request]);
        }
    }

    Request Sum(void* data, int count, nint type)
    {
        var request = new Request(mpi, null, "MPI_Iallreduce");
        mpi.Check(mpi.SumBegin(mpi.InPlace, data, count, type, mpi.Sum, handle, request.Handle), "MPI_Iallreduce");
        return request;
    }

    static void CheckLength(string operation, long bytes)
    {
        if (bytes > int.MaxValue) throw new ArgumentException($"{operation}: {bytes} bytes are more than one message holds; send parts.");
    }

    /// <summary>Something that MPI has begun. MPI keeps the address of the handle's place only during its calls.</summary>
    sealed class Request(MpiLibrary mpi, int? peer, string call) : Transfer
    {
        // A place that does not move, and room for the status of either library.
        readonly nint[] places = GC.AllocateArray<nint>(8, pinned: true);
        bool isDone;

        public override int? Peer => peer;

        /// <summary>How many bytes must have come; −1 if nobody asks.</summary>
        public int Expected { get; init; } = -1;

        public nint* Handle => (nint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref places[0]);

        public override bool IsDone()
        {
            if (isDone) return true;
            int flag = 0;
            mpi.Check(mpi.Test(Handle, &flag, Handle + 1), call);
            if (flag == 0) return false;
            isDone = true;
            if (Expected < 0) return true;
            int count;
            mpi.Check(mpi.GetCount(Handle + 1, mpi.Bytes, &count), "MPI_Get_count");
            return count == Expected ? true
                : throw new RankFailureException([peer!.Value], FormattableString.Invariant(
                    $"rank {peer} has sent {count} bytes where {Expected} were expected."));
        }
    }
}
