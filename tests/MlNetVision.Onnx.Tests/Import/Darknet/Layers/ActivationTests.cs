namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class ActivationTests
{
    private static readonly Dictionary<string, Func<double, double>> Formulas = new()
    {
        ["linear"] = x => x,
        ["logistic"] = Logistic,
        ["loggy"] = x => 2 / (1 + Math.Exp(-x)) - 1,
        ["relu"] = x => x > 0 ? x : 0,
        ["relu6"] = x => Math.Min(Math.Max(x, 0), 6),
        ["elu"] = x => x >= 0 ? x : Math.Exp(x) - 1,
        ["selu"] = x => x >= 0 ? 1.0507 * x : 1.0507 * 1.6732 * (Math.Exp(x) - 1),
        ["relie"] = x => x > 0 ? x : .01 * x,
        ["leaky"] = x => x > 0 ? x : .1 * x,
        ["revleaky"] = x => x > 0 ? x : .1 * x,
        ["ramp"] = x => (x > 0 ? x : 0) + .1 * x,
        ["tanh"] = Math.Tanh,
        ["plse"] = x => x < -4 ? .01 * (x + 4) : x > 4 ? .01 * (x - 4) + 1 : .125 * x + .5,
        ["stair"] = x => (int)Math.Floor(x) % 2 == 0 ? Math.Floor(x / 2) : x - Math.Floor(x) + Math.Floor(x / 2),
        ["hardtan"] = x => x < -1 ? -1 : x > 1 ? 1 : x,
        ["lhtan"] = x => x < 0 ? .001 * x : x > 1 ? .001 * (x - 1) + 1 : x,
        ["swish"] = x => x * Logistic(x),
        ["mish"] = x => x * Math.Tanh(x > 20 ? x : x < -20 ? Math.Exp(x) : Math.Log(Math.Exp(x) + 1)),
        ["hard_mish"] = x => x > 0 ? x : x > -2 ? x * x / 2 + x : 0,
        ["gelu"] = x => .5 * x * (1 + Math.Tanh(.797885 * x + .035677 * x * x * x)),
    };

    public static IEnumerable<object[]> Names => Formulas.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Import_Activation_AgreesWithFormula(string name)
    {
        // from −30 to 30 in steps of 1/8: the bends, whole numbers odd and even, and both tails
        var image = Grid.Fill(1, 1, 481, (_, _, x) => (x - 240) / 8.0);
        using var files = new DarknetFiles(image, $"[activation]\nactivation={name}");

        Grid.AreClose(image.Map(Formulas[name]).Values, files.Run(), name);
    }

    [TestMethod]
    [DataRow("[convolutional]\nfilters=1", true)]
    [DataRow("[convolutional]\nfilters=1\nactivation=logistic", true)]
    [DataRow("[connected]\noutput=1", true)]
    [DataRow("[shortcut]\nfrom=0", false)]
    [DataRow("[activation]", false)]
    public void Import_NoActivationNamed_TakesDarknetsDefault(string section, bool logistic)
    {
        // bias 1, kernel 2; the shortcut doubles
        using var files = new DarknetFiles(
            new Grid(1, 1, 1, [.75f]), $"[dropout]\n{section}", section.StartsWith("[co", StringComparison.Ordinal) ? [1, 2] : []);

        var expected = logistic ? Logistic(2 * .75 + 1) : section.StartsWith("[sh", StringComparison.Ordinal) ? 1.5 : .75;
        Assert.AreEqual(expected, files.Run()[0], 1e-6);
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
