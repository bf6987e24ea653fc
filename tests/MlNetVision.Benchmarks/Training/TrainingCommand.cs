using System.Globalization;
using MlNetVision.Training;

namespace MlNetVision.Benchmarks;

/// <summary><c>training</c>: the time of an epoch of each head on 1,500 rows of features in memory, as VGG16 gives them.</summary>
internal static class TrainingCommand
{
    private const int Rows = 1500;
    private const int Classes = 3;
    private const int Epochs = 6;

    /// <summary>VGG16's last pooling: all positions, and the mean over them.</summary>
    private static readonly (string Name, int Columns)[] Widths = [("flat, 7×7×512", 25_088), ("pooled, 512", 512)];

    public static int Run()
    {
        Console.WriteLine("| head | features | seconds per epoch, median | minimum |");
        Console.WriteLine("|---|---|---:|---:|");
        foreach (var head in Enum.GetValues<ClassifierHead>())
        {
            foreach (var (name, columns) in Widths)
            {
                var rows = Features(columns);
                // The first epoch makes room in memory for all others.
                double[] seconds = [.. HeadTrainer.Train(rows, null, Classes, new ClassifierTrainingOptions { Head = head, Epochs = Epochs }).History.Skip(1).Select(e => e.Seconds).Order()];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {head} | {name} | {seconds[seconds.Length / 2]:0.000} | {seconds[0]:0.000} |"));
            }
        }
        return 0;
    }

    /// <summary>Zeros and positive numbers, as behind a ReLU; what they are does not change the time.</summary>
    private static LabeledFeatures Features(int columns)
    {
        var random = new Random(1);
        var rows = new ReadOnlyMemory<float>[Rows];
        foreach (ref var row in rows.AsSpan())
        {
            var values = new float[columns];
            foreach (ref var value in values.AsSpan()) value = Math.Max(0, random.NextSingle() - 0.5f);
            row = values;
        }
        return new LabeledFeatures(rows, [.. Enumerable.Range(0, Rows).Select(i => i % Classes)]);
    }
}
