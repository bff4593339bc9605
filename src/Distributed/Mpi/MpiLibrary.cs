using System.Runtime.InteropServices;
using System.Text;

namespace Autograd.Distributed.Mpi;

/// <summary>
/// The functions of MPI's C interface (MPI Forum, MPI 3.1) that are needed, bound when the library is loaded. Handles are addresses in Open
/// MPI and whole numbers in MPICH and what descends from it; both fit into a machine word, in which they are passed.
/// </summary>
sealed unsafe class MpiLibrary
{
    public const int Serialized = 2;

    readonly nint library;

    MpiLibrary(nint library, string name)
    {
        this.library = library;
        Name = name;
        IsOpen = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);
        InitThread = (delegate* unmanaged<int*, void*, int, int*, int>)Find("MPI_Init_thread");
        Initialized = (delegate* unmanaged<int*, int>)Find("MPI_Initialized");
        End = (delegate* unmanaged<int>)Find("MPI_Finalize");
        Abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        CommRank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        CommSplit = (delegate* unmanaged<nint, int, int, nint*, int>)Find("MPI_Comm_split");
        CommFree = (delegate* unmanaged<nint*, int>)Find("MPI_Comm_free");
        SetErrorHandler = (delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        SendBegin = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Find("MPI_Isend");
        ReceiveBegin = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Find("MPI_Irecv");
        BroadcastBegin = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Find("MPI_Ibcast");
        SumBegin = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Find("MPI_Iallreduce");
        Test = (delegate* unmanaged<nint*, int*, void*, int>)Find("MPI_Test");
        GetCount = (delegate* unmanaged<void*, nint, int*, int>)Find("MPI_Get_count");
        ErrorText = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
        World = IsOpen ? Find("ompi_mpi_comm_world") : 0x44000000;
        Bytes = IsOpen ? Find("ompi_mpi_byte") : 0x4c00010d;
        Singles = IsOpen ? Find("ompi_mpi_float") : 0x4c00040a;
        Doubles = IsOpen ? Find("ompi_mpi_double") : 0x4c00080b;
        Sum = IsOpen ? Find("ompi_mpi_op_sum") : 0x58000003;
        ErrorsReturn = IsOpen ? Find("ompi_mpi_errors_return") : 0x54000001;
        InPlace = (void*)(IsOpen ? 1 : -1);
    }

    /// <summary>The library's name.</summary>
    public string Name { get; }

    /// <summary>Whether it is Open MPI.</summary>
    public bool IsOpen { get; }

    /// <summary>The communicator of all ranks.</summary>
    public nint World { get; }

    public nint Bytes { get; }

    public nint Singles { get; }

    public nint Doubles { get; }

    public nint Sum { get; }

    public nint ErrorsReturn { get; }

    public void* InPlace { get; }

    public delegate* unmanaged<int*, void*, int, int*, int> InitThread { get; }

    public delegate* unmanaged<int*, int> Initialized { get; }

    public delegate* unmanaged<int> End { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    public delegate* unmanaged<nint, int*, int> CommRank { get; }

    public delegate* unmanaged<nint, int*, int> CommSize { get; }

    public delegate* unmanaged<nint, int, int, nint*, int> CommSplit { get; }

    public delegate* unmanaged<nint*, int> CommFree { get; }

    public delegate* unmanaged<nint, nint, int> SetErrorHandler { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> SendBegin { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> ReceiveBegin { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, nint*, int> BroadcastBegin { get; }

    public delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int> SumBegin { get; }

    public delegate* unmanaged<nint*, int*, void*, int> Test { get; }

    public delegate* unmanaged<void*, nint, int*, int> GetCount { get; }

    delegate* unmanaged<int, byte*, int*, int> ErrorText { get; }

    /// <summary>Loads the library that has started this process, or else the first one that is there.</summary>
    /// <exception cref="MpiException">There is none.</exception>
    public static MpiLibrary Load()
    {
        string[] open = ["libmpi.so.40", "libmpi.so.12", "libmpi.so", "libmpi.40.dylib"],
            mpich = ["libmpich.so.12", "libmpich.so", "libmpi.12.dylib", "msmpi.dll"];
        var names = MpiStart.IsHydra ? mpich.Concat(open) : open.Concat(mpich);
        if (Environment.GetEnvironmentVariable("AUTOGRAD_MPI") is { Length: > 0 } named) names = [named];
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint library))
                return new MpiLibrary(library, name);
        throw new MpiException(
            $"MPI: none of {string.Join(", ", names)} can be loaded. Install Open MPI (openmpi-bin) or MPICH (mpich), or name the "
            + "library in "
            + "the variable AUTOGRAD_MPI.");
    }

    /// <summary>Throws what MPI says where a call did not succeed.</summary>
    public void Check(int code, string call)
    {
        if (code == 0) return;
        byte* text = stackalloc byte[8192];
        int length = 0;
        string reason = ErrorText(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"error {code}";
        throw new MpiException($"{call}: {reason} ({Name})");
    }

    nint Find(string name) => NativeLibrary.TryGetExport(library, name, out nint address) ? address
        : throw new MpiException($"MPI: {Name} has no {name}; it is no MPI, or an older one than 3.0.");
}
