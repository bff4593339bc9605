using System.Reflection;
using System.Runtime.CompilerServices;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Tests.Layers;

/// <summary>
/// Every public class that can change, or holds arrays that can, is saved (<see cref="ISaved"/>) or stands below with the reason why not,
/// so that nobody forgets a new one.
/// </summary>
public class SavableTests
{
    static readonly Dictionary<string, string> Reasons = new()
    {
        ["Chart"] = "a drawing, made anew from data",
        ["SavedState"] = "the description itself",
        ["Tape"] = "lives for a step",
        ["StepUses"] = "lives for a sweep",
        ["StepHistory"] = "what a scan has compiled; made anew, with the same results",
        ["RecordedProgram"] = "what was compiled; made anew",
        ["Tensor"] = "is saved under a name by whoever holds it",
        ["ConstantTensor"] = "made by its module, from constants",
        ["Parameter"] = "is saved under its path by its module",
        ["Shape"] = "does not change",
        ["StepJacobian"] = "a result",
        ["LayerStates`1"] = "a state: State.Carried with the cell",
        ["OptimizerState"] = "a part of its optimizer, which saves it",
        ["GeneticAlgorithm"] = "a search is one call, and remembers nothing between calls; its parameters hold the best so far",
        ["SimulatedAnnealing"] = "a search is one call, and remembers nothing between calls; its parameters hold the best so far",
        ["LBfgs"] = "remembers nothing between calls",
        ["ContiguousBatches"] = "does not change; Walk() has the position",
        ["LengthBuckets"] = "does not change; Walk() has the position",
        ["PianoRoll"] = "data, read anew",
        ["SeriesTable"] = "data, read anew",
        ["SeriesWindows"] = "data, made anew from series",
        ["CountingLanguage"] = "data, made anew from a key",
        ["PhonemeSequences"] = "data, made anew from a key",
        ["LabelledSequences"] = "data, made anew from a key",
        ["TargetSequences"] = "data, made anew from a key",
        ["ValuedSequences"] = "data, made anew from a key",
        ["Utterances"] = "data, made anew from a key",
        ["ParameterGroup"] = "settings, given anew as the learning rate is",
        ["RunRecord"] = "a file of what has happened; a run that goes on has one of its own",
        ["TrainingMeter"] = "counts what happens while the process lives",
        ["Sweep`1"] = "keeps its finished runs in its file",
        ["SweepRun`1"] = "a run of a sweep, which is made anew if it was not finished",
        ["GradientSum"] = "a sum within a step; a step that was begun is not made",
        ["Snapshots"] = "remembers files, which are there",
        ["SequenceMask"] = "does not change",
        ["SparseMatrix"] = "does not change",
        ["Accuracy"] = "counts of one validation, made anew for the next",
        ["ConfusionMatrix"] = "counts of one validation, made anew for the next",
        ["Perplexity"] = "sums of one validation, made anew for the next",
        ["RegressionScore"] = "sums of one validation, made anew for the next",
        ["OnnxModel"] = "is a file itself",
    };

    static IEnumerable<Type> Exported => new[] { typeof(Tensor), typeof(Linear), typeof(Optimizer), typeof(ShuffledBatches) }
        .SelectMany(type => type.Assembly.GetExportedTypes());

    [Fact]
    public void WhateverChangesIsSavedOrNamed()
    {
        var unsaved = Exported.Where(type => CanChange(type) && !type.IsAssignableTo(typeof(ISaved))).Select(type => type.Name);
        Assert.True(!unsaved.Except(Reasons.Keys).Any(), string.Join(", ", unsaved.Except(Reasons.Keys)));
    }

    [Fact]
    public void ReasonsAreForTypesThatThereAre()
    {
        var needed = Exported.Where(type => CanChange(type) && !type.IsAssignableTo(typeof(ISaved))).Select(type => type.Name);
        Assert.Equal(["OnnxModel"], Reasons.Keys.Except(needed));
    }

    // The rule finds what is planted, and lets pass what cannot change.
    [Fact]
    public void TheRuleFindsWhatIsPlanted()
    {
        Assert.All([typeof(Counts), typeof(Holds), typeof(Inherits)], type => Assert.True(CanChange(type)));
        Assert.All([typeof(Fixed), typeof(Inherits).BaseType!.BaseType!], type => Assert.False(CanChange(type)));
    }

    static bool CanChange(Type type) =>
        type.IsClass && !type.IsAbstract && type != typeof(object) && !type.IsAssignableTo(typeof(Exception))
        && !type.IsAssignableTo(typeof(Delegate))
        && FieldsOf(type).Any(CanChange);

    static bool CanChange(FieldInfo field) =>
        (!field.IsInitOnly && !IsSetAtFirstOnly(field)) || field.FieldType.IsArray
        || (field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() is var generic
            && (generic == typeof(List<>) || generic == typeof(Dictionary<,>) || generic == typeof(HashSet<>)));

    static bool IsSetAtFirstOnly(FieldInfo field) => field.Name.StartsWith('<')
        && field.DeclaringType!.GetProperty(
                field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)],
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)?.SetMethod
            ?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;

    static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var from = type; from is not null; from = from.BaseType)
            foreach (var field in from.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
    }

    sealed record Fixed(int Number, string Text);

    sealed class Holds
    {
        readonly List<int> numbers = [];

        public int Count => numbers.Count;
    }

    class Counts
    {
        public int Number { get; set; }
    }

    sealed class Inherits : Counts;
}
