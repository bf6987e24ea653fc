namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>Darknet's activation functions as ONNX nodes. The formulas stand at each.</summary>
internal sealed class Activation
{
    private delegate string Writer(Nodes nodes, string x);

    private static readonly Dictionary<string, Writer> Writers = new(StringComparer.Ordinal)
    {
        ["linear"] = (n, x) => n.Last("Identity", x),
        ["logistic"] = (n, x) => n.Last("Sigmoid", x),
        // 2σ(x) − 1
        ["loggy"] = (n, x) => n.Last("Sub", n.Inner("Mul", n.Inner("Sigmoid", x), n.Value(2)), n.Value(1)),
        ["relu"] = (n, x) => n.Last("Relu", x),
        ["relu6"] = (n, x) => n.Last("Clip", x, n.Value(0), n.Value(6)),
        ["elu"] = (n, x) => n.Last("Elu", [x], ("alpha", 1f)),
        ["selu"] = (n, x) => n.Last("Selu", [x], ("alpha", 1.6732f), ("gamma", 1.0507f)),
        ["relie"] = (n, x) => n.Last("LeakyRelu", [x], ("alpha", .01f)),
        ["leaky"] = (n, x) => n.Last("LeakyRelu", [x], ("alpha", .1f)),
        // Darknet differs from leaky only in how it trains with it.
        ["revleaky"] = (n, x) => n.Last("LeakyRelu", [x], ("alpha", .1f)),
        // max(x, 0) + x / 10
        ["ramp"] = (n, x) => n.Last("Add", n.Inner("Relu", x), n.Inner("Mul", x, n.Value(.1f))),
        ["tanh"] = (n, x) => n.Last("Tanh", x),
        // x / 8 + ½ from −4 to 4, where it is 0 and 1; x / 100 beyond
        ["plse"] = (n, x) => n.Bent(x, -4, 4, .01f, y => n.Inner("Add", n.Inner("Mul", y, n.Value(.125f)), n.Value(.5f))),
        ["hardtan"] = (n, x) => n.Last("Clip", x, n.Value(-1), n.Value(1)),
        // x from 0 to 1, x / 1000 beyond
        ["lhtan"] = (n, x) => n.Bent(x, 0, 1, .001f, y => y),
        ["stair"] = Stair,
        // x · σ(x)
        ["swish"] = (n, x) => n.Last("Mul", x, n.Inner("Sigmoid", x)),
        // x · tanh(ln(1 + eˣ)), arXiv:1908.08681
        ["mish"] = (n, x) => n.Last("Mul", x, n.Inner("Tanh", n.Inner("Softplus", x))),
        // x above 0, x² / 2 + x from −2 to 0, else 0: that is x · min(max(x / 2 + 1, 0), 1)
        ["hard_mish"] = (n, x) => n.Last("Mul", x, n.Inner("HardSigmoid", [x], ("alpha", .5f), ("beta", 1f))),
        ["gelu"] = Gelu,
    };

    private readonly string _name;

    private Activation(string name) => _name = name;

    public bool IsLinear => _name == "linear";

    /// <summary>Reads <c>activation=</c>; where a section has none Darknet takes <c>logistic</c>, but <c>linear</c> for some.</summary>
    public static Activation Read(DarknetSection section, string missing = "logistic")
    {
        var name = section.Text("activation", missing);
        // Darknet itself goes on with ReLU where it does not know the name; that would hide a mistake.
        if (!Writers.ContainsKey(name))
            throw section.Bad($"activation={name} is not supported; supported are {string.Join(", ", Writers.Keys.Order(StringComparer.Ordinal))}");
        return new Activation(name);
    }

    /// <summary>Writes the nodes; the last bears the name of the layer. Linear writes none where the tensor has that name already.</summary>
    public void Apply(DarknetNetwork network, string tensor, string layer)
    {
        if (tensor != layer) Writers[_name](new Nodes(network, layer, _name), tensor);
    }

    /// <summary>With n = ⌊x⌋: ⌊x / 2⌋ where n is even, ⌊x / 2⌋ + x − n where odd. n − 2⌊x / 2⌋ is 1 for odd n, else 0.</summary>
    private static string Stair(Nodes n, string x)
    {
        var floor = n.Inner("Floor", x);
        var half = n.Inner("Floor", n.Inner("Mul", x, n.Value(.5f)));
        var odd = n.Inner("Sub", floor, n.Inner("Mul", half, n.Value(2)));
        return n.Last("Add", half, n.Inner("Mul", odd, n.Inner("Sub", x, floor)));
    }

    /// <summary>x / 2 · (1 + tanh(0.797885 x + 0.035677 x³)), arXiv:1606.08415, section 2, with Darknet's digits.</summary>
    private static string Gelu(Nodes n, string x)
    {
        var square = n.Inner("Mul", x, x);
        var slope = n.Inner("Add", n.Inner("Mul", square, n.Value(.035677f)), n.Value(.797885f));
        var bend = n.Inner("Add", n.Inner("Tanh", n.Inner("Mul", x, slope)), n.Value(1));
        return n.Last("Mul", n.Inner("Mul", x, n.Value(.5f)), bend);
    }

    /// <summary>Names and adds the nodes of one activation.</summary>
    private sealed class Nodes(DarknetNetwork network, string layer, string activation)
    {
        private int _count;

        public string Value(float value) => network.Constant(value);

        public string Inner(string operation, params string[] inputs) => network.Graph.Node(operation, NextName(), inputs);

        public string Inner(string operation, string[] inputs, params ReadOnlySpan<(string, object)> attributes) =>
            network.Graph.Node(operation, NextName(), inputs, attributes);

        public string Last(string operation, params string[] inputs) => network.Graph.Node(operation, layer, inputs);

        public string Last(string operation, string[] inputs, params ReadOnlySpan<(string, object)> attributes) =>
            network.Graph.Node(operation, layer, inputs, attributes);

        /// <summary>f(x) between two bounds; beyond them it goes on from there with another slope.</summary>
        public string Bent(string x, float low, float high, float slope, Func<string, string> f)
        {
            var clipped = Inner("Clip", x, Value(low), Value(high));
            return Last("Add", f(clipped), Inner("Mul", Inner("Sub", x, clipped), Value(slope)));
        }

        private string NextName() => $"{layer}/{activation}_{++_count}";
    }
}
