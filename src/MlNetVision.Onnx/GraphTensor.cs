namespace MlNetVision.Onnx;

/// <summary>
/// A tensor of a graph that is being written. Operators append nodes, so that graphs are written as formulas:
/// <c>x * scale + bias</c> is a <c>Mul</c> and an <c>Add</c>. Axes broadcast as in ONNX. A handle converts to the tensor's name.
/// </summary>
/// <remarks>Operators: https://github.com/onnx/onnx/blob/main/docs/Operators.md.</remarks>
public readonly partial record struct GraphTensor
{
    internal GraphTensor(GraphWriter graph, string name) => (Graph, Name) = (graph, name);

    /// <summary>The writer of the graph that the tensor belongs to.</summary>
    public GraphWriter Graph { get; }

    /// <summary>The name of the tensor in the graph; empty for an optional input that is left out.</summary>
    public string Name { get; }

    /// <summary>The name.</summary>
    public static implicit operator string(GraphTensor tensor) => tensor.Name;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>a + b.</summary>
    public static GraphTensor operator +(GraphTensor a, GraphTensor b) => a.Do("Add", b);

    /// <summary>a + b.</summary>
    public static GraphTensor operator +(GraphTensor a, float b) => a + a.Graph.Scalar(b);

    /// <summary>a − b.</summary>
    public static GraphTensor operator -(GraphTensor a, GraphTensor b) => a.Do("Sub", b);

    /// <summary>a − b.</summary>
    public static GraphTensor operator -(GraphTensor a, float b) => a - a.Graph.Scalar(b);

    /// <summary>a − b.</summary>
    public static GraphTensor operator -(float a, GraphTensor b) => b.Graph.Scalar(a) - b;

    /// <summary>−a.</summary>
    public static GraphTensor operator -(GraphTensor a) => a.Do("Neg");

    /// <summary>a · b, element by element.</summary>
    public static GraphTensor operator *(GraphTensor a, GraphTensor b) => a.Do("Mul", b);

    /// <summary>a · b.</summary>
    public static GraphTensor operator *(GraphTensor a, float b) => a * a.Graph.Scalar(b);

    /// <summary>a / b, element by element; of integers without the remainder.</summary>
    public static GraphTensor operator /(GraphTensor a, GraphTensor b) => a.Do("Div", b);

    /// <summary>a / b.</summary>
    public static GraphTensor operator /(GraphTensor a, float b) => a / a.Graph.Scalar(b);

    /// <summary>Where a is greater than b: a bool tensor, false for NaN.</summary>
    public static GraphTensor operator >(GraphTensor a, GraphTensor b) => a.Do("Greater", b);

    /// <summary>Where a is greater than b: a bool tensor, false for NaN.</summary>
    public static GraphTensor operator >(GraphTensor a, float b) => a > a.Graph.Scalar(b);

    /// <summary>Where a is less than b: a bool tensor, false for NaN.</summary>
    public static GraphTensor operator <(GraphTensor a, GraphTensor b) => a.Do("Less", b);

    /// <summary>Where a is less than b: a bool tensor, false for NaN.</summary>
    public static GraphTensor operator <(GraphTensor a, float b) => a < a.Graph.Scalar(b);

    /// <summary>Where both of two bool tensors are true.</summary>
    public static GraphTensor operator &(GraphTensor a, GraphTensor b) => a.Do("And", b);

    /// <summary>Where one of two bool tensors is true.</summary>
    public static GraphTensor operator |(GraphTensor a, GraphTensor b) => a.Do("Or", b);

    /// <summary>Where a bool tensor is false.</summary>
    public static GraphTensor operator !(GraphTensor a) => a.Do("Not");

    /// <summary>Appends a node that takes this tensor alone.</summary>
    /// <param name="operation">The operator, such as <c>Relu</c>.</param>
    public GraphTensor Do(string operation) => Graph.Node(operation, [Name]);

    /// <summary>Appends a node that takes this tensor first.</summary>
    /// <param name="operation">The operator, such as <c>Max</c>.</param>
    /// <param name="others">Its further inputs.</param>
    public GraphTensor Do(string operation, params ReadOnlySpan<GraphTensor> others) => Graph.Node(operation, Inputs(others));

    /// <summary>Appends a node with attributes that takes this tensor alone.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="attributes">Attributes as name and value, as <see cref="OnnxAttributes.Make"/> takes them.</param>
    public GraphTensor Do(string operation, params ReadOnlySpan<(string Name, object Value)> attributes) => Graph.Node(operation, [Name], attributes);

    private string[] Inputs(ReadOnlySpan<GraphTensor> others)
    {
        var inputs = new string[others.Length + 1];
        inputs[0] = Name;
        for (var i = 0; i < others.Length; i++) inputs[i + 1] = others[i].Name;
        return inputs;
    }
}
