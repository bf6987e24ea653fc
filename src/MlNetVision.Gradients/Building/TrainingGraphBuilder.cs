using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Building;

/// <summary>Implements <see cref="TrainingGraph.Differentiate"/>.</summary>
internal sealed class TrainingGraphBuilder
{
    private readonly OnnxModel _forward;
    private readonly OnnxModel _model;
    private readonly string _loss;
    private readonly IReadOnlyList<string> _parameters;
    private readonly TrainingGraphOptions _options;

    public TrainingGraphBuilder(OnnxModel model, string loss, IReadOnlyList<string> parameters, TrainingGraphOptions options)
    {
        _forward = model.Clone();
        OperatorSetUpgrade.Raise(_forward);
        _model = _forward.Clone();
        (_loss, _parameters, _options) = (loss, parameters, options);
    }

    private IEnumerable<string> By => _parameters.Concat(_options.WithRespectTo);

    public TrainingGraph Build()
    {
        var inputs = _model.Inputs;
        FindLoss();
        FindInputs(inputs);
        foreach (var p in _parameters) MakeInput(p);
        var forms = new TrainingForms(_model);
        forms.PoolFirst(_loss);
        var statistics = _options.BatchStatistics ? forms.NormalizeByBatch([.. _parameters]) : [];
        var dropouts = forms.Drop(_options.Dropout);
        var before = _model.Graph.Node.Count;
        var scope = new GradientScope(_model, forms.Seen, [.. By]);
        new BackwardPass(_model, scope).Run(_loss);
        var gradients = NameGradients(scope, before);
        Outputs(scope, gradients, statistics);
        return new TrainingGraph
        {
            Model = _model, Forward = _forward, Loss = _loss, Inputs = inputs, Parameters = [.. _parameters],
            Gradients = gradients, Statistics = statistics, Dropouts = dropouts,
        };
    }

    private void FindLoss()
    {
        if (_model.Graph.Node.Any(n => n.Output.Contains(_loss))) return;
        var near = NearNames.Of(_loss, _model.Graph.Output.Select(o => o.Name).Concat(_model.Graph.Node.SelectMany(n => n.Output)));
        throw new ArgumentException($"{_model.Name}: no node makes a loss '{_loss}'. Near names: {string.Join(", ", near)}.");
    }

    private void FindInputs(IReadOnlyList<OnnxValue> inputs)
    {
        if (By.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{_model.Name}: '{twice.Key}' is named twice among the tensors to differentiate by.");
        if (!By.Any()) throw new ArgumentException($"{_model.Name}: expected parameters or inputs to differentiate by; there are none.");
        foreach (var name in _options.WithRespectTo)
        {
            if (inputs.FirstOrDefault(i => i.Name == name) is not { } input)
                throw new ArgumentException($"{_model.Name}: '{name}' is not an input. Inputs: {string.Join(", ", inputs.Select(i => i.Name))}.");
            if (input.Type != DataType.Float) throw new ArgumentException($"{_model.Name}: input {input} is expected to be float for a gradient.");
        }
    }

    /// <summary>An initializer becomes an input of its shape.</summary>
    private void MakeInput(string parameter)
    {
        var initializers = _model.Graph.Initializer;
        if (initializers.FirstOrDefault(t => t.Name == parameter) is not { } tensor)
        {
            var near = NearNames.Of(parameter, initializers.Where(t => t.DataType == (int)DataType.Float).Select(t => t.Name));
            throw new ArgumentException($"{_model.Name}: '{parameter}' is not an initializer. Near names: {string.Join(", ", near)}.");
        }
        if (tensor.DataType != (int)DataType.Float)
            throw new ArgumentException(
                $"{_model.Name}: '{parameter}' is {ElementType.Name((DataType)tensor.DataType)}; only float tensors can be trained.");
        initializers.Remove(tensor);
        if (_model.Graph.Input.FirstOrDefault(i => i.Name == parameter) is { } declared) _model.Graph.Input.Remove(declared);
        _model.Graph.Input.Add(OnnxValue.Info(parameter, DataType.Float, [.. tensor.Dims]));
    }

    /// <summary>Each gradient gets its own output: two tensors may share a gradient, and it may be a tensor of the forward graph.</summary>
    private GradientOf[] NameGradients(GradientScope scope, int before)
    {
        var free = _model.Graph.Node.Skip(before).SelectMany(n => n.Output).ToHashSet(StringComparer.Ordinal);
        return [.. By.Select(t => scope.GradientOf(t) is { } gradient
            ? new GradientOf(t, free.Remove(gradient) ? gradient : gradient.Do("Identity"))
            : throw new ArgumentException($"{_model.Name}: the loss '{_loss}' does not depend on '{t}'."))];
    }

    private void Outputs(GradientScope scope, GradientOf[] gradients, IReadOnlyList<RunningStatistics> statistics)
    {
        var outputs = _model.Graph.Output;
        var kept = _options.KeepOutputs ? outputs.Where(o => o.Name != _loss).ToArray() : [];
        outputs.Clear();
        IEnumerable<string> made = [_loss, .. gradients.Select(g => g.Output), .. statistics.SelectMany(s => new[] { s.BatchMean, s.BatchVariance })];
        foreach (var name in made) outputs.Add(OnnxValue.Info(name, DataType.Float, [.. scope.Known(name).Select(d => d ?? -1)]));
        outputs.AddRange(kept);
    }
}

/// <summary>Appends the gradients, node by node from the loss backwards.</summary>
internal sealed class BackwardPass(OnnxModel model, GradientScope scope)
{
    public void Run(string loss)
    {
        var shape = scope.Known(loss);
        if (scope.Graph.TypeOf(loss) != DataType.Float || shape.Any(d => d is not 1))
            throw new BadModelException(
                $"{model.Name}: the loss '{loss}' is {ElementType.Name(scope.Graph.TypeOf(loss))} {OnnxValue.ShapeText(shape)}, expected a "
                + "float of one element.");
        scope.Accumulate(loss, scope.Graph.Floats([1], [.. shape.Select(_ => 1L)]));
        foreach (var node in scope.Forward.Reverse())
            if (node.Output.Any(o => scope.GradientOf(o) is not null)) Differentiate(node);
    }

    private void Differentiate(NodeProto node)
    {
        foreach (var output in node.Output)
            if (scope.GradientOf(output) is not null && scope.Graph.TypeOf(output) is not (DataType.Float or DataType.Undefined))
                throw new BadModelException(
                    $"{model.Name}: {node.Title()} produces {ElementType.Name(scope.Graph.TypeOf(output))}; gradients are written for float "
                    + "(32 bits).");
        if (OnnxNodes.NormalDomain(node.Domain).Length > 0 || !GradientRules.All.TryGetValue(node.OpType, out var rule))
            throw new BadModelException(
                $"{model.Name}: {node.Title()} has no gradient here. Operators with a gradient: "
                + $"{string.Join(", ", GradientRules.All.Keys.Order(StringComparer.Ordinal))}.");
        try
        {
            rule(scope, node);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new BadModelException(
                $"{model.Name}: {node.Title()} lacks a required attribute or input, or its attributes contradict its inputs.", e);
        }
    }
}
