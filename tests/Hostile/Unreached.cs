namespace Autograd.Hostile;

/// <summary>
/// Members that none of the ordinary values here reach, each with what it needs. Bad values are put into these calls too, but may be
/// refused for what else is in the call. Overloads share a name.
/// </summary>
static class Unreached
{
    static readonly (string Needs, string[] Members)[] all =
    [
        ("only an event of the library makes the exception; its properties hold what it is given",
        [
            "CsvFormatException.get_Column", "CsvFormatException.get_Line", "CsvFormatException.get_Problem",
            "GradientCheckException.get_Report", "NonFiniteException.get_Operation", "NonFiniteException.get_Step",
            "OnnxExportException.get_Operation", "ParameterChangeException.get_Parameter", "RankFailureException.get_Ranks",
            "TensorFileException.get_File", "UnknownCharacterException.get_Character", "UnknownCharacterException.get_Position",
            "UnknownCharacterException.new"
        ]),
        ("its argument is handed to a function of the caller while something is saved, swept, exported or updated",
        [
            "CustomOperation.Apply", "CustomOperation.Infer", "CustomOperation.Jvp", "CustomOperation.Map", "CustomOperation.Value",
            "CustomOperation.Vjp", "CustomOperation.get_Name", "ISaved.Describe", "IUpdateRule.Next", "OnnxGiven.Length",
            "OnnxGiven.Whole", "OnnxGiven.get_Item", "OptimizerState.ToString", "OptimizerState.get_Item", "OptimizerState.get_Parameter",
            "OptimizerState.get_Slots", "OptimizerState.set_Item", "SavedKeys.Add", "SavedState.Add", "SavedState.AddOptional",
            "SavedState.WhenLoaded", "SweepRow.get_Best", "SweepRow.get_Failed", "SweepRow.get_HalfWidth", "SweepRow.get_Mean",
            "SweepRow.get_ParameterCount", "SweepRow.get_Results", "SweepRow.get_Setting", "SweepRow.get_Worst", "SweepRun.Report",
            "SweepRun.get_Cancellation", "SweepRun.get_Key", "SweepRun.get_Name", "SweepRun.get_ParameterCount", "SweepRun.get_Progress",
            "SweepRun.get_Seed", "SweepRun.get_Setting", "SweepRun.set_ParameterCount"
        ]),
        ("a cell with a transient output, of which there is none in the library",
        [
            "Cell.Columns", "Cell.Step", "Cell.StepParts", "Recurrent.Over", "Recurrent.Probe", "Recurrent.RunParts", "Recurrent.new"
        ]),
        ("a value only behind a first step, count or sum: an object is new in each call",
        [
            "Accuracy.get_Value", "ConfusionMatrix.F1", "ConfusionMatrix.Precision", "ConfusionMatrix.Recall",
            "ConfusionMatrix.get_Accuracy", "ForwardLearning.get_State", "HopfieldNetwork.Recall", "Perplexity.get_Bits",
            "Perplexity.get_Nats", "Perplexity.get_Value", "RealTimeLearning.InfluenceOf", "RegressionScore.get_MeanAbsoluteError",
            "RegressionScore.get_MeanSquaredError", "RegressionScore.get_Nrmse", "RegressionScore.get_RSquared",
            "RegressionScore.get_RootMeanSquaredError", "RegressionScore.get_Variance", "RunningMean.get_Value", "Tape.ForgetBefore",
            "Tape.ResultOf"
        ]),
        ("a text or a file of a format of its own, which tests of the format break in all ways",
        [
            "CharacterVocabulary.FromJson", "Chorales.Load", "Chorales.Parse", "Corpus.LoadFiles", "EmbeddedReber.Of", "Functions.Einsum",
            "Keras.Import", "OnnxRecurrent.get_Cells", "OnnxRecurrent.get_Direction", "OnnxRecurrent.get_Name",
            "OnnxRecurrent.get_Operator", "OnnxRecurrent.get_Units", "PyTorch.Import", "PyTorch.ImportRecurrent", "RunRecord.Load",
            "SeriesTable.Load", "SeriesTable.Parse", "WordVocabulary.FromJson", "WordVocabulary.FromTokens"
        ]),
        ("its folder has a file, or a later snapshot, of the call before",
        [
            "SnapshotFolder.Save"
        ]),
        ("a loss or a result of a tape that is open, and has one element",
        [
            "DataParallel.Gradients", "IGradientExchange.Exchange", "StepUses.Gradients", "Tape.Gradients", "Tape.Tangents",
            "TrainingLoop.Run"
        ]),
        ("another rank, of which there is none in one process",
        [
            "Communicator.Receive", "Communicator.Send"
        ]),
        ("a span of several dimensions, which no array stands for",
        [
            "ElementTypes.Of", "Tensor.From"
        ]),
        ("a report of a check that passed",
        [
            "GradientCheck.Run", "GradientCheckReport.ThrowIfFailed"
        ]),
        ("positions, indices, lags, rates or lengths within bounds that hang on other arguments",
        [
            "AddingProblem.OriginalBatch", "BatchWalk.set_Position", "ContiguousBatches.get_Item", "FractalPredictionMachine.Fit",
            "Loss.Pinball", "Module.get_Item", "MultiLag.Initial", "MultiLag.Step", "MultiLag.new", "Optimizer.set_Groups",
            "OutputFeedback.Around", "OutputFeedback.Initial", "OutputFeedback.Step", "OutputFeedback.new", "RecordedProgram.SetInput",
            "SeriesWindows.new", "ShuffledBatches.set_Position", "State.From", "StreamingCell.Reset", "TokenWindow.new",
            "WordContexts.Bags", "Zoneout.Around", "Zoneout.Step", "Zoneout.new"
        ]),
        ("shapes or elements that differ between arguments, where all ordinary tensors here are equal",
        [
            "AttentionCell.Step", "BatchFirst.Forward", "EchoStateCell.Step", "Embedding.Forward", "FlatState.Step",
            "ForwardLearning.Run", "ForwardLearning.Step", "Functions.AddAlong", "Functions.Affine", "Functions.Cholesky",
            "Functions.Convolve", "Functions.LinearCrossEntropy", "Functions.PatchSums", "Functions.Patches",
            "Functions.SolvePositiveDefinite", "Functions.TakeAlong", "HopfieldNetwork.Energy", "HopfieldNetwork.new",
            "ISequenceLayer.Forward", "ImpulseResponse.Of", "LearnedTimeDelay.Forward", "LiquidStateCell.Step",
            "LyapunovExponents.Spectrum", "MemoryCapacity.Measure", "Narx.Run", "OnnxModel.Export", "Pictures.PhasePortrait",
            "ReservoirNetwork.Fit", "SequenceMask.Run", "StreamingCell.Over", "StreamingCell.new",
            "TimeDelay.Forward"
        ]),
    ];

    public static IEnumerable<string> Members => all.SelectMany(one => one.Members);
}
