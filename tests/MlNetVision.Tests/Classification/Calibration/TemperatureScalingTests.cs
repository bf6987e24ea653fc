using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class TemperatureScalingTests
{
    /// <summary>Labels are drawn from the very softmax, then all scores are multiplied: the factor is the temperature that undoes it.</summary>
    [TestMethod]
    [DataRow(0.25)]
    [DataRow(1.0)]
    [DataRow(3.0)]
    public void Fit_ScoresMultipliedByAFactor_FindsTheFactor(double factor)
    {
        var random = new Random(4);
        var cases = Enumerable.Range(0, 20_000).Select(i =>
        {
            var scores = Enumerable.Range(0, 4).Select(_ => 2 * random.NextDouble() - 1).ToArray();
            return new ClassificationCase($"{i}", Draw(random, Softmax(scores, 1)), [.. Softmax(scores, factor).Select(p => (float)p)]);
        }).ToList();

        Assert.AreEqual(factor, TemperatureScaling.Fit(cases), factor * 0.05);
    }

    [TestMethod]
    public void Fit_AnyCases_NoOtherTemperatureOfAGridIsBetter()
    {
        var random = new Random(5);
        var cases = Enumerable.Range(0, 300).Select(i => new ClassificationCase($"{i}", random.Next(3), [.. Softmax([random.NextDouble() * 9, random.NextDouble() * 9, random.NextDouble() * 9], 1).Select(p => (float)p)])).ToList();

        var best = LogLoss(cases, TemperatureScaling.Fit(cases));

        for (var logarithm = -4.6; logarithm <= 4.6; logarithm += 0.1) Assert.IsGreaterThan(best - 1e-9, LogLoss(cases, Math.Exp(logarithm)));
    }

    [TestMethod]
    public void Fit_AlwaysRightOrWithZeros_StaysWithinItsBounds()
    {
        Assert.AreEqual(TemperatureScaling.Minimum, TemperatureScaling.Fit([new("x", 0, [0.9f, 0.1f])]), 1e-4);
        Assert.IsGreaterThan(1, TemperatureScaling.Fit([new("x", 0, [1, 0]), new("y", 1, [1, 0]), new("z", 0, [0.75f, 0.25f])]));
        Assert.ThrowsExactly<ArgumentException>(() => TemperatureScaling.Fit([]));
    }

    [TestMethod]
    [DataRow("softmax")]
    [DataRow("logits")]
    [DataRow("exp by sum")]
    [DataRow("softmax, float16")]
    public void Calibrate_AnyEnd_DividesBeforeTheSoftmax(string end)
    {
        using var before = ImageClassifier.Load(Network(end));
        using var image = TestImages.Solid(8, 8, new RgbColor(255, 0, 51));

        var model = before.Calibrate(2);
        using var after = ImageClassifier.Load(model);
        using var zip = new TemporaryFile(".zip");
        after.SaveStandaloneZip(zip.Path);
        using var saved = ImageClassifier.Load(zip.Path);
        using var again = ImageClassifier.Load(saved.Calibrate(1.5));

        model.Check();
        var logits = TinyClassifier.Logits(255, 0, 51).Select(l => (double)l).ToArray();
        AssertClose(Softmax(logits, 0.5), after.Classify(image).Scores);
        AssertClose(Softmax(logits, 0.5), saved.Classify(image).Scores);
        AssertClose(Softmax(logits, 1 / 3.0), again.Classify(image).Scores);
        Assert.AreEqual((1, 2, 2, 3), (before.Temperature, after.Temperature, saved.Temperature, again.Temperature));
        Assert.AreEqual(("unit", ResizeMode.Stretch), (after.Preprocess, after.Resize.Mode));
        AssertClose(TemperatureScaling.Scale([.. before.Classify(image).Scores], 2).Select(p => (double)p), after.Classify(image).Scores);
    }

    [TestMethod]
    public void Calibrate_ScoresOfNoSoftmax_IsRefused()
    {
        using var logistic = ImageClassifier.Load(TinyClassifier.Create((b, s) => b.Node("Sigmoid", "out", [s])));
        Assert.Contains("do not come from a softmax", Assert.ThrowsExactly<BadModelException>(() => logistic.Calibrate(2)).Message);
        using var bytes = ImageClassifier.Load(TinyClassifier.Create((b, s) => b.Node("Cast", "out", [s], ("to", 2L)), DataType.Uint8));
        Assert.ThrowsExactly<BadModelException>(() => bytes.Calibrate(2));
        Assert.ThrowsExactly<ArgumentException>(() => logistic.Calibrate(0));
    }

    private static OnnxModel Network(string end) => end switch
    {
        "softmax" => TinyClassifier.Create((b, s) => b.Node("Softmax", "out", [s], ("axis", 1L))),
        "softmax, float16" => TinyClassifier.Create((b, s) => b.Node("Softmax", "out", [b.Node("Cast", "half", [s], ("to", 10L))], ("axis", 1L)), DataType.Float16),
        "exp by sum" => TinyClassifier.Create((b, s) =>
        {
            var exp = b.Node("Exp", "exp", [s]);
            return b.Node("Div", "out", [exp, b.Node("ReduceSum", "sum", [exp])]);
        }),
        _ => TinyClassifier.Create(),
    };

    private static double[] Softmax(double[] scores, double factor)
    {
        var exponentials = scores.Select(s => Math.Exp(s * factor)).ToArray();
        return [.. exponentials.Select(e => e / exponentials.Sum())];
    }

    private static int Draw(Random random, double[] probabilities)
    {
        var at = random.NextDouble();
        for (var i = 0; ; i++)
            if ((at -= probabilities[i]) < 0 || i == probabilities.Length - 1) return i;
    }

    private static double LogLoss(IEnumerable<ClassificationCase> cases, double temperature) => cases.Average(c =>
    {
        var powers = c.Scores.Select(p => Math.Pow(p, 1 / temperature)).ToArray();
        return -Math.Log(powers[c.Truth] / powers.Sum());
    });

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<float> found) =>
        Assert.IsLessThan(0.002, expected.Zip(found).Max(p => Math.Abs(p.First - p.Second)));
}
