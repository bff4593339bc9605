using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using Autograd.Data;
using Autograd.Distributed;
using Autograd.Optimizers;

namespace Autograd.Charlm;

/// <summary>The command line of charlm.cs.</summary>
public sealed class CommandLine
{
    readonly RootCommand root = new("Trains a character language model and lets it write.");
    readonly Option<string?> text, save, resume, load, export, record, replay;
    readonly Option<string> cell;
    readonly Option<int?> characters, microBatches;
    readonly Option<int> hidden, layers, embedding, batch, steps, epochs, seed, length;
    readonly Option<double> learningRate, clip, temperature;
    readonly Option<bool> write, json, distributed;
    readonly TextWriter errors;

    CommandLine(TextWriter errors)
    {
        this.errors = errors;
        text = File("--text", "The text's file; this project's C# sources by default");
        characters = Number(
            "--characters", $"At most so many characters of the text; all of a file, {Options.Budget} of the sources by default");
        cell = Add(new Option<string>("--cell") { Description = "The recurrent cell", DefaultValueFactory = _ => "lstm" });
        cell.AcceptOnlyFromAmong("rnn", "lstm", "peephole", "gru");
        hidden = Number("--hidden", "Units of a layer", 128);
        layers = Number("--layers", "Recurrent layers", 1);
        embedding = Number("--embedding", "Length of a character's vector", 64);
        batch = Number("--batch", "Parallel streams", 32);
        steps = Number("--steps", "Characters of a window, through which gradients flow", 64);
        epochs = Number("--epochs", "Passes over the text", 6);
        learningRate = Positive("--learning-rate", "Of Adam", 3e-3);
        clip = Positive("--clip", "Largest global norm of the gradient", 5);
        seed = Number("--seed", "Which initial weights and draws", 1, least: 0);
        temperature = Positive("--temperature", "Of what is written", 0.8);
        length = Number("--length", "Characters written at the end", 400, least: 0);
        save = File("--save", "A snapshot of everything after each epoch");
        resume = File("--resume", "Go on from a snapshot; with no epochs left, only write");
        load = File("--load", "Begin with the best model of a snapshot: its cell, sizes, symbols and weights");
        write = Add(new Option<bool>("--write") { Description = "Only write; needs --load" });
        export = File("--export", "The best model as ONNX, at the end");
        record = Add(new Option<string?>("--record")
        {
            Description = "A page (report.html) and a record (run.json) of the run",
            HelpName = "FOLDER",
        });
        replay = File("--replay", "Do the run of a run.json again, by its options, and fail if it does not come out the same to the bit");
        json = Add(new Option<bool>("--json") { Description = "End with one line of JSON on standard output" });
        distributed = Add(new Option<bool>("--distributed")
        {
            Description = "One of the processes of mpirun, which train together; their number changes no bit",
        });
        microBatches = Number("--micro-batches",
            "Parts of a batch, which are added in a fixed order; 1 by default, 4 with --distributed, where it is the most processes");
        root.Validators.Add(result =>
        {
            if (result.GetValue(write) && result.GetValue(load) is null)
                result.AddError("--write needs --load, since there is nothing else to write with.");
        });
    }

    /// <summary>
    /// Runs a program with the options. Ctrl-C and a request to terminate cancel it. What is wrong with options, files or sizes is one
    /// line, and the exit code 2.
    /// </summary>
    /// <param name="output">Where help goes; the console by default.</param>
    /// <param name="errors">Where that line goes; the console by default.</param>
    public static int Run(
        string[] arguments, Func<Options, CancellationToken, int> program, TextWriter? output = null, TextWriter? errors = null)
    {
        var line = new CommandLine(errors ?? Console.Error);
        line.root.SetAction(result => line.Run(result, program));
        var parsed = line.root.Parse(arguments);
        return parsed.Errors.Count == 0 ? line.Invoke(parsed, output ?? Console.Out) : line.Fail(parsed.Errors[0].Message);
    }

    // Help and version are printed by the parser, which would show where it stood when the disk was full.
    int Invoke(ParseResult parsed, TextWriter output)
    {
        try
        {
            return parsed.Invoke(new() { Output = output, Error = errors, EnableDefaultExceptionHandler = false });
        }
        catch (IOException error)
        {
            return Fail(error.Message);
        }
    }

    int Run(ParseResult result, Func<Options, CancellationToken, int> program)
    {
        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var options = Read(result);
            if (result.GetValue(replay) is { } path) options = Again(RunRecord.Load(path), options.Record);
            if (options.Load is { } file) options.LoadModel(file);
            return program(options, cancel.Token);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or TensorFileException
            or UnknownCharacterException or ShapeException or ArgumentException or InvalidOperationException or FormatException
            or ArithmeticException or LogException or MpiException)
        {
            return Fail(error.Message);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancel.Cancel();
        }
    }

    // Whatever else was said on the command line: the options are those of then.
    Options Again(RunRecord before, string? folder)
    {
        var parsed = root.Parse([.. before.Configuration.SelectMany(pair => (string[])[$"--{pair.Name}", pair.Value])]);
        if (parsed.Errors.Count > 0) throw new InvalidDataException($"this is no record of charlm: {parsed.Errors[0].Message}");
        return Read(parsed) with { Record = folder, Replay = before };
    }

    int Fail(string message)
    {
        errors.WriteLine($"charlm: {string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
        return 2;
    }

    Options Read(ParseResult result) =>
        new(result.GetValue(cell)!, result.GetValue(hidden), result.GetValue(layers), result.GetValue(embedding))
        {
            Text = result.GetValue(text),
            Characters = result.GetValue(characters),
            Save = result.GetValue(save),
            Resume = result.GetValue(resume),
            Load = result.GetValue(load),
            Write = result.GetValue(write),
            Export = result.GetValue(export),
            Batch = result.GetValue(batch),
            Steps = result.GetValue(steps),
            Epochs = result.GetValue(epochs),
            LearningRate = result.GetValue(learningRate),
            Clip = result.GetValue(clip),
            Seed = result.GetValue(seed),
            Temperature = result.GetValue(temperature),
            Length = result.GetValue(length),
            Json = result.GetValue(json),
            Distributed = result.GetValue(distributed),
            MicroBatches = result.GetValue(microBatches) ?? (result.GetValue(distributed) ? 4 : 1),
            Record = result.GetValue(record),
        };

    Option<T> Add<T>(Option<T> option)
    {
        root.Add(option);
        return option;
    }

    Option<string?> File(string name, string description) =>
        Add(new Option<string?>(name) { Description = description, HelpName = "FILE" });

    Option<int?> Number(string name, string description) => Add(new Option<int?>(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Whole(result, 1),
    });

    Option<int> Number(string name, string description, int value, int least = 1) => Add(new Option<int>(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result => Whole(result, least),
    });

    Option<double> Positive(string name, string description, double value) => Add(new Option<double>(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string token = result.Tokens[0].Value;
            if (double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0
                && double.IsFinite(number)) return number;
            result.AddError($"{name} is {token}; it must be a positive number.");
            return value;
        },
    });

    static int Whole(ArgumentResult result, int least)
    {
        string token = result.Tokens[0].Value;
        if (int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least) return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is {token}; it must be a whole number from {least}.");
        return least;
    }
}
