using Autograd.Resume;

const string Usage = """
    resume table [ROWS] [STOPS]    rows of the table of exact resumes (all), stopped after so many random steps each (30),
                                   with 1 and 2 threads
    resume kill [ROUNDS]           kills a process that saves, and loads what is there (100)
    resume full FOLDER             fills the disk that the folder is on while saving, and loads what is there
    resume origin FILE [--reproducible]   what may change the last bits of a run that goes on from a snapshot here
    resume load [MIB]              times loading a file beside reading it (1024)
    """;

if (args is [] or ["--help", ..])
{
    Console.WriteLine(Usage);
    return 0;
}
// Before anything is computed.
if (args.Contains("--reproducible")) AppContext.SetSwitch("Autograd.Reproducible", true);
int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place], System.Globalization.CultureInfo.InvariantCulture)
    : otherwise;
return args[0] switch
{
    "table" => Table.Run(Number(1, int.MaxValue), Number(2, 30)),
    "continue" => Table.Continue(args[1], Number(2, 1)),
    "kill" => Kill.Run(Number(1, 100)),
    "save" => Kill.SaveForEver(args[1]),
    "full" => FullDisk.Run(args[1]),
    "origin" => Table.Origin(args[1]),
    "load" => LoadTime.Run(Number(1, 1024)),
    _ => throw new ArgumentException($"{args[0]} is no command; see --help."),
};
