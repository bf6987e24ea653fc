namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>Darknet's activation functions as ONNX nodes. The formulas stand at each.</summary>
internal sealed class Activation
{
    private static readonly Dictionary<string, Func<GraphTensor, GraphTensor>> Formulas = new(StringComparer.Ordinal)
    {
        ["linear"] = x => x.Do("Identity"),
        ["logistic"] = x => x.Sigmoid(),
        ["loggy"] = x => (x.Sigmoid() * 2) - 1,
        ["relu"] = x => x.Relu(),
        ["relu6"] = x => x.Clip(0, 6),
        ["elu"] = x => x.Do("Elu", ("alpha", 1f)),
        ["selu"] = x => x.Do("Selu", ("alpha", 1.6732f), ("gamma", 1.0507f)),
        ["relie"] = x => x.Do("LeakyRelu", ("alpha", .01f)),
        ["leaky"] = x => x.Do("LeakyRelu", ("alpha", .1f)),
        // Darknet differs from leaky only in how it trains with it.
        ["revleaky"] = x => x.Do("LeakyRelu", ("alpha", .1f)),
        ["ramp"] = x => x.Relu() + (x * .1f),
        ["tanh"] = x => x.Tanh(),
        // x / 8 + ½ from −4 to 4, where it is 0 and 1; x / 100 beyond
        ["plse"] = x => Bent(x, -4, 4, .01f, y => (y * .125f) + .5f),
        ["hardtan"] = x => x.Clip(-1, 1),
        // x from 0 to 1, x / 1000 beyond
        ["lhtan"] = x => Bent(x, 0, 1, .001f, y => y),
        ["stair"] = Stair,
        ["swish"] = x => x * x.Sigmoid(),
        // arXiv:1908.08681
        ["mish"] = x => x * x.Do("Softplus").Tanh(),
        // x above 0, x² / 2 + x from −2 to 0, else 0: that is x · min(max(x / 2 + 1, 0), 1)
        ["hard_mish"] = x => x * x.Do("HardSigmoid", ("alpha", .5f), ("beta", 1f)),
        ["gelu"] = Gelu,
    };

    private readonly string _name;

    private Activation(string name) => _name = name;

    public bool IsLinear => _name == "linear";

    /// <summary>Reads <c>activation=</c>; where a section has none Darknet takes <c>logistic</c>, but <c>linear</c> for some.</summary>
    public static Activation Read(DarknetSection section, string missing = "logistic")
    {
        var name = section.Text("activation", missing);
        // Darknet uses ReLU for an unknown name; that would hide a typo.
        if (!Formulas.ContainsKey(name))
            throw section.Bad($"activation={name} is not supported; supported are {string.Join(", ", Formulas.Keys.Order(StringComparer.Ordinal))}");
        return new Activation(name);
    }

    /// <summary>Writes the nodes; the last one has the layer's name. Linear writes none where the tensor has that name already.</summary>
    public void Apply(DarknetNetwork network, string tensor, string layer)
    {
        if (tensor == layer) return;
        var graph = network.Graph;
        graph.Prefix = $"{layer}/{_name}.";
        Formulas[_name](graph[tensor]);
        graph.NameLast(layer);
        graph.Prefix = "";
    }

    /// <summary>With n = ⌊x⌋: ⌊x / 2⌋ where n is even, ⌊x / 2⌋ + x − n where odd. n − 2⌊x / 2⌋ is 1 for odd n, else 0.</summary>
    private static GraphTensor Stair(GraphTensor x)
    {
        var floor = x.Do("Floor");
        var half = (x * .5f).Do("Floor");
        return half + ((floor - (half * 2)) * (x - floor));
    }

    /// <summary>x / 2 · (1 + tanh(0.797885 x + 0.035677 x³)), arXiv:1606.08415, section 2, with Darknet's digits.</summary>
    private static GraphTensor Gelu(GraphTensor x)
    {
        var bend = (x * ((x * x * .035677f) + .797885f)).Tanh() + 1;
        return x * .5f * bend;
    }

    /// <summary>f(x) between two bounds; beyond them it goes on from there with another slope.</summary>
    private static GraphTensor Bent(GraphTensor x, float low, float high, float slope, Func<GraphTensor, GraphTensor> f)
    {
        var clipped = x.Clip(low, high);
        return f(clipped) + ((x - clipped) * slope);
    }
}

/// <summary>Layers of one or two nodes: <c>[cost]</c>, <c>[dropout]</c>, <c>[activation]</c>, <c>[softmax]</c>.</summary>
internal static class SimpleLayers
{
    /// <summary>What acts in training only hands its input on.</summary>
    public static DarknetTensor ReadIdentity(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        return input with { Name = network.Graph.Node("Identity", name, [input.Name]) };
    }

    /// <summary><c>[dropout]</c>: in training alone, each value is 0 with a <c>probability</c>, and what is left is scaled up.</summary>
    public static DarknetTensor ReadDropout(DarknetNetwork network, DarknetSection section, string name)
    {
        if (!network.Trains) return ReadIdentity(network, section, name);
        var input = network.Previous(section);
        var probability = section.Float("probability", .5f);
        if (probability is not (>= 0 and < 1)) throw section.Bad($"probability={probability}; expected 0 to below 1");
        return input with { Name = network.Graph.Node("Dropout", name, [input.Name, network.Constant(probability)]) };
    }

    public static DarknetTensor ReadActivation(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        Activation.Read(section, "linear").Apply(network, input.Name, name);
        return input with { Name = name };
    }

    /// <summary>
    /// A softmax over all values together, over <c>groups</c> equal parts of them, or over each group of a <c>tree</c>; they are divided by
    /// <c>temperature</c> before.
    /// </summary>
    public static DarknetTensor ReadSoftmax(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("spatial");
        var input = network.Previous(section);
        long groups = section.Integer("groups", 1, 1);
        if (input.Elements % groups != 0) throw section.Bad($"groups={groups} does not divide the {input.Elements} values it is given");
        var temperature = section.Float("temperature", 1);
        if (temperature <= 0) throw section.Bad($"temperature={temperature}; expected more than 0");

        var output = DarknetNetwork.Sized(section, name, input.Elements, 1, 1);
        var tree = DarknetTree.Find(section);
        (network.Hierarchy, network.ClassNames) = (tree?.Classes, tree?.Names);
        if (tree is not null) groups = 1;
        var values = network.Reshape($"{name}/groups", input.Name, network.Trains ? -1 : groups, input.Elements / groups);
        if (temperature != 1) values = network.Graph.Node("Div", $"{name}/tempered", [values, network.Constant(temperature)]);
        var softmax = tree is null
            ? network.Graph.Node("Softmax", $"{name}/softmax", [values], ("axis", 1)).Name
            : OfTree(network, section, name, tree, values);
        network.Reshape(name, softmax, network.Batch, output.Channels, 1, 1);
        return output;
    }

    private static string OfTree(DarknetNetwork network, DarknetSection section, string name, DarknetTree tree, string values)
    {
        var count = network.Previous(section).Elements;
        if (tree.Classes.Count != count) throw section.Bad($"{tree.File} has {tree.Classes.Count} classes; expected the {count} values that the layer before gives");
        network.Graph.Prefix = $"{name}/tree.";
        var softmax = tree.Classes.Softmax(network.Graph[values]);
        network.Graph.Prefix = "";
        return softmax;
    }
}
