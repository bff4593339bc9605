using System.Runtime.InteropServices;
using Autograd.Distributed.Mpi;

namespace Autograd.Distributed;

/// <summary>
/// A job whose ranks are processes, started by Open MPI's or MPICH's <c>mpirun</c>; without it there is one rank.
/// <code>
/// return MpiJob.Run((communicator, cancellation) => Train(communicator, cancellation));
/// </code>
/// <c>mpirun -n 4 dotnet run -c Release --no-build</c>. The library is loaded when the job begins; the variable <c>AUTOGRAD_MPI</c> can
/// name it.
/// </summary>
public static unsafe class MpiJob
{
    /// <summary>Runs a program as a rank of the job, and ends MPI after it.</summary>
    /// <param name="program"> The program. It receives the communicator of all ranks, and a token that is cancelled by Ctrl-C and SIGTERM;
    /// the ranks must agree on a cancellation (<see cref="DataParallel"/> does this). Its result is the exit code.
    /// </param>
    /// <returns>The exit code. If the program throws, a line on the error stream says which rank failed and why, and all ranks
    /// end.</returns>
    /// <exception cref="MpiException"> There is no MPI, or not the one that started the ranks; it supports a single thread only; or a job
    /// has run in this process before.
    /// </exception>
    public static int Run(Func<Communicator, CancellationToken, int> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        // From the beginning: a signal that comes while MPI begins is not lost.
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var mpi = MpiLibrary.Load();
        int provided, hasBegun = 0;
        mpi.Check(mpi.Initialized(&hasBegun), "MPI_Initialized");
        if (hasBegun != 0) throw new MpiException("MPI: a job has run in this process already; there can be one.");
        mpi.Check(mpi.InitThread(null, null, MpiLibrary.Serialized, &provided), "MPI_Init_thread");
        var communicator = new MpiCommunicator(mpi, mpi.World);
        try
        {
            Check(mpi, communicator, provided);
            int code = program(communicator, cancellation.Token);
            mpi.Check(mpi.End(), "MPI_Finalize");
            return code;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"rank {communicator.Rank} of {communicator.Size}: {error.Message}"));
            communicator.Abort(1);
            throw;
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            cancellation.Cancel();
        }
    }

    static void Check(MpiLibrary mpi, MpiCommunicator communicator, int provided)
    {
        if (MpiStart.Size is { } started && started != communicator.Size)
            throw new MpiException(FormattableString.Invariant(
                $"MPI: {started} ranks were started, but {mpi.Name} knows of {communicator.Size}: it is not the one that started them. ")
                + "Name the right library in the variable AUTOGRAD_MPI.");
        if (provided < MpiLibrary.Serialized)
            throw new MpiException($"MPI: {mpi.Name} serves one thread only; a library built with thread support is needed.");
    }
}
