using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Images to sentences and short films to sentences, by convolution and LSTM.</summary>
public sealed class F14Captions : Demonstration
{
    const int Size = 12, Filters = 8, Features = 32, Hidden = 48, Batch = 32, Tested = 200, FilmFrames = 4;

    static readonly string[] Vocabulary = ["<end>", "a", "small", "large", "square", "cross", "bar", "left", "right", "moves", "up",
        "down", "in", "the", "upper", "lower", "corner"];
    static readonly string[] Shapes = ["square", "cross", "bar"], Directions = ["left", "right", "up", "down"];

    /// <inheritdoc/>
    public override string Id => "F14";

    /// <inheritdoc/>
    public override string Title => "Captions: an image to a sentence, a short film to a sentence";

    /// <inheritdoc/>
    public override string Claim =>
        "One-to-many: features of an image by convolution begin an LSTM that says a sentence. Many-to-one and on: the features of each " +
            "frame of a " +
        "film go through a recurrent net first. On small generated images the captions of unseen ones are exact.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Learning to caption", "update", "cross-entropy, nats per word");
        var rows = new List<string[]>();
        double images = 1, films = 1;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            double image = Trial(report, seed, isFilm: false, chart), film = Trial(report, seed, isFilm: true, chart);
            (images, films) = (Math.Min(images, image), Math.Min(films, film));
            rows.Add([$"{seed}", Numbers.Short(image), Numbers.Short(film)]);
        }
        report.Text($"Images of {Size} × {Size} points with a shape near one of the corners and with noise; films of {FilmFrames} " +
            $"frames with one shape that moves. {Tested} unseen ones of each; a caption counts if every word is right.");
        report.Table(["seed", "exact captions, images", "films"], rows);
        report.Chart(chart);
        report.Measure("images: least share of exact captions over the seeds", images, "at least 0.8", images >= 0.8);
        report.Measure("films: the same", films, "at least 0.8", films >= 0.8);
    }

    static double Trial(Report report, int seed, bool isFilm, Chart chart)
    {
        var key = report.Key(seed).For(isFilm ? "film" : "image");
        var net = new Net(report, key);
        string name = isFilm ? "films" : "images";
        double[] losses = net.Fit(report, $"{name}, seed {seed}", report.Quick ? 900 : 1500, 5e-3, update =>
            net.Loss(new Scenes(key.For("train").At(update), Batch, isFilm)));
        chart.Learning($"{name}, seed {seed}", losses);
        var test = new Scenes(key.For("test"), Tested, isFilm);
        string[] said = net.Say(test), right = test.Captions();
        if (seed == 0)
        {
            report.Chart(new Chart(isFilm ? "A film, its frames one beside the other" : "Four images, one beside the other", "", "")
                .Heat(test.Picture(isFilm ? FilmFrames : 4)));
            report.Preformatted(string.Join('\n', said.Take(isFilm ? 1 : 4).Select((caption, i) => $"said: {caption}\ntrue: {right[i]}")));
        }
        return said.Zip(right, (a, b) => a == b).Average(same => same ? 1.0 : 0);
    }

    /// <summary>Generated images <c>[frame, row, height, width, 1]</c>, as one tensor of frames, and their captions.</summary>
    sealed class Scenes
    {
        readonly float[] points;
        readonly List<int[]> words = [];
        readonly int count;

        public Scenes(RandomKey key, int count, bool isFilm)
        {
            (this.count, Frames) = (count, isFilm ? FilmFrames : 1);
            points = [.. key.For("noise").Normal([Frames * count * Size * Size], 0.1).ToDoubles().Select(noise => (float)noise)];
            for (int row = 0; row < count; row++) words.Add([.. (isFilm ? Film(key.At(row), row) : Corner(key.At(row), row)).Split(' ')
                .Select(word => Array.IndexOf(Vocabulary, word)), 0]);
        }

        public int Frames { get; }

        public int Count => count;

        public int Longest => words.Max(caption => caption.Length);

        public Tensor Points => Tensor.From(points, [Frames * count, Size, Size, 1]);

        /// <summary>The words at a place of all captions; the end again and again after it.</summary>
        public int[] At(int place) => [.. words.Select(caption => place < caption.Length ? caption[place] : 0)];

        public string[] Captions() => [.. words.Select(Text)];

        public double[,] Picture(int shown)
        {
            var heat = new double[Size, shown * (Size + 1)];
            for (int image = 0; image < shown; image++)
                for (int i = 0; i < Size * Size; i++)
                    heat[Size - 1 - i / Size, image * (Size + 1) + i % Size] = points[image * (Frames > 1 ? count : 1) * Size * Size + i];
            return heat;
        }

        // One shape in one of four corners, not always at the same place.
        string Corner(RandomKey key, int row)
        {
            int shape = key.Whole(0, 3), low = key.Whole(1, 2), right = key.Whole(2, 2);
            bool isLarge = key.Whole(3, 2) == 1;
            Draw(0, row, shape, isLarge, (6 * low + key.Whole(4, 2), 6 * right + key.Whole(5, 2)));
            return $"a {(isLarge ? "large" : "small")} {Shapes[shape]} in the {(low == 1 ? "lower" : "upper")} " +
                $"{(right == 1 ? "right" : "left")} corner";
        }

        string Film(RandomKey key, int row)
        {
            int shape = key.Whole(0, 3), direction = key.Whole(1, 4), along = key.Whole(2, 2), across = key.Whole(3, 8);
            bool isLarge = key.Whole(4, 2) == 1, isForward = direction % 2 == 1;
            for (int frame = 0; frame < Frames; frame++)
            {
                int at = along + 2 * (isForward ? frame : Frames - 1 - frame);
                Draw(frame, row, shape, isLarge, direction < 2 ? (across, at) : (at, across));
            }
            return $"a {(isLarge ? "large" : "small")} {Shapes[shape]} moves {Directions[direction]}";
        }

        // Square, cross or bar, of five points or of three, in a field of five.
        void Draw(int frame, int row, int shape, bool isLarge, (int Y, int X) corner)
        {
            int size = isLarge ? 5 : 3;
            for (int y = 0; y < size; y++)
                for (int x = 0; x < size; x++)
                {
                    bool isSet = shape switch { 0 => true, 1 => y == size / 2 || x == size / 2, _ => y == size / 2 };
                    var (py, px) = (corner.Y + y, corner.X + x);
                    if (isSet && py < Size && px < Size) points[((frame * count + row) * Size + py) * Size + px] = 1;
                }
        }
    }

    static string Text(IEnumerable<int> words) => string.Join(' ', words.TakeWhile(word => word != 0).Select(word => Vocabulary[word]));

    /// <summary>Two convolutions with strides, a layer of features, a recurrent net over frames, and one over words.</summary>
    sealed class Net : Layers.Module
    {
        readonly Parameter low, high;
        readonly Linear features, output;
        readonly Cell<LstmState> watching, saying;
        readonly Embedding words;

        public Net(Report report, RandomKey key)
        {
            Parameter(out low, key.For("low").Normal([3, 3, 1, Filters], 1.0 / 3));
            Parameter(out high, key.For("high").Normal([3, 3, Filters, 2 * Filters], 1 / Math.Sqrt(9.0 * Filters)));
            features = Part(new Linear(2 * Filters * Size * Size / 16, Features, key.For("features")), "features");
            watching = Part(report.Cell(new LstmCell(Features, Hidden, key.For("watching"))), "watching");
            saying = Part(report.Cell(new LstmCell(Features, Hidden, key.For("saying"))), "saying");
            words = Part(new Embedding(Vocabulary.Length, Features, key.For("words")), "words");
            output = Part(new Linear(Hidden, Vocabulary.Length, key.For("output")), "output");
        }

        public Tensor Loss(Scenes scenes)
        {
            var state = Watch(scenes);
            Tensor sum = Tensor.Scalar(0);
            int[] before = new int[scenes.Count];
            for (int place = 0; place < scenes.Longest; place++)
            {
                (var h, state) = saying.Step(words.Forward(before, scenes.Count), state);
                before = scenes.At(place);
                sum += Layers.Loss.CrossEntropy(output.Forward(h), before);
            }
            return sum / scenes.Longest;
        }

        /// <summary>The likeliest word, word by word, each from those said before it.</summary>
        public string[] Say(Scenes scenes)
        {
            var state = Watch(scenes);
            var said = new List<int[]>();
            int[] before = new int[scenes.Count];
            for (int place = 0; place < 10; place++)
            {
                (var h, state) = saying.Step(words.Forward(before, scenes.Count), state);
                double[] best = ArgMax(output.Forward(h)).ToDoubles();
                said.Add(before = Array.ConvertAll(best, word => (int)word));
            }
            return [.. Enumerable.Range(0, scenes.Count).Select(row => Text(said.Select(place => place[row])))];
        }

        LstmState Watch(Scenes scenes)
        {
            var twice = new WindowAxis(3, 2, 1, 1, 1);
            var seen = Relu(Convolve(Relu(Convolve(scenes.Points, low, twice, twice)), high, twice, twice));
            var frames = Relu(features.Forward(seen.Reshape(scenes.Frames * scenes.Count, -1))).Reshape(scenes.Frames, scenes.Count,
                Features);
            var state = watching.Initial(scenes.Count, ElementType.Float32);
            for (int frame = 0; frame < scenes.Frames; frame++) state = watching.Step(frames[frame], state).Next;
            return state;
        }
    }
}
