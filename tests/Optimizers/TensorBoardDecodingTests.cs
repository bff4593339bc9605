using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>
/// The events of a training, as the compiler of Protocol Buffers reads them. Skipped where <c>protoc</c> is not installed.
/// </summary>
public sealed class TensorBoardDecodingTests : IDisposable
{
    // The part of TensorBoard's event.proto and summary.proto that is written.
    const string Schema = """
        syntax = "proto3";
        package tensorboard;
        message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
        message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }
        """;

    readonly string folder = Directory.CreateTempSubdirectory("autograd-protoc").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [ProtocFact]
    public void ATrainingsEventsAreDecodedAsTheyWereReported()
    {
        var reports = new List<TrainingProgress>();
        string file = Train(reports);
        var events = Records(File.ReadAllBytes(file)).ConvertAll(Decoded);
        Assert.Contains("file_version: \"brain.Event:2\"", events[0], StringComparison.Ordinal);
        Assert.Equal(reports.Count, events.Count - 1);
        foreach (var (report, text) in reports.Zip(events.Skip(1)))
        {
            Assert.Contains($"step: {report.Step}\n", text, StringComparison.Ordinal);
            Assert.Equal((float)report.Loss, Number(text, "loss"));
            Assert.Equal((float)report.MeanLoss, Number(text, "mean loss"));
            Assert.Equal((float)report.LearningRate, Number(text, "learning rate"));
            Assert.Equal(report.Validation is { } value ? (float)value : null, Number(text, "validation"));
            Assert.DoesNotMatch("(?m)^ *[0-9]+:", text);
        }
    }

    // A field of another number is one that the compiler does not know; half of an event is none.
    [ProtocFact]
    public void WhatIsNoEventIsSeen()
    {
        byte[] record = Records(File.ReadAllBytes(Train([])))[1];
        // The key of the summary, field 5 with a length, follows the time (9 bytes) and the step (2 bytes).
        Assert.Equal(5 << 3 | 2, record[11]);
        byte[] wrong = [.. record];
        wrong[11] = 6 << 3 | 2;
        Assert.Matches("(?m)^ *6[: ]", Decoded(wrong));
        Assert.ThrowsAny<Exception>(() => Decoded(record[..^3]));
    }

    string Train(List<TrainingProgress> reports)
    {
        var layer = new Linear(2, 1, new RandomKey(1));
        var x = new RandomKey(2).Normal([8, 2]);
        Tensor LossOf() => Loss.MeanSquaredError(layer.Forward(x), Tensor.Ones([8, 1]));
        var loop = new TrainingLoop(new Adam(layer.Parameters, 0.01), _ => LossOf())
        {
            Validation = () => LossOf().ToScalar(),
            ValidateEvery = 3,
        };
        using var log = new TensorBoardLog(Path.Combine(folder, "run"));
        loop.Run(7, TrainingProgress.To(log, TrainingProgress.To(reports.Add)));
        return log.File;
    }

    static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            records.Add(file[(at + 12)..(at + 12 + length)]);
            at += length + 16;
        }
        return records;
    }

    string Decoded(byte[] record)
    {
        File.WriteAllText(Path.Combine(folder, "event.proto"), Schema);
        using var protoc = Process.Start(new ProcessStartInfo("protoc", ["-I", folder, "--decode=tensorboard.Event", "event.proto"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        protoc.StandardInput.BaseStream.Write(record);
        protoc.StandardInput.Close();
        string text = protoc.StandardOutput.ReadToEnd(), error = protoc.StandardError.ReadToEnd();
        protoc.WaitForExit();
        return protoc.ExitCode == 0 ? text : throw new InvalidDataException(error);
    }

    // value { tag: "loss" simple_value: 0.25 }, over lines.
    static float? Number(string text, string tag)
    {
        string mark = $"tag: \"{tag}\"\n";
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) return null;
        string line = text[(at + mark.Length)..].Split('\n')[0];
        return float.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}

/// <summary>A test that needs the compiler of Protocol Buffers; skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ProtocFactAttribute : FactAttribute
{
    public ProtocFactAttribute()
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "protoc")));
        if (!isThere) Skip = "protoc is not installed: apt-get install protobuf-compiler.";
    }
}
