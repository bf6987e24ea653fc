using MlNetVision.Onnx.Import.Darknet.Layers;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Import.Darknet.Training;

/// <summary>The values of a model in the form for training, as a <c>.weights</c> file has them.</summary>
internal sealed class StoredValues(OnnxModel model, IReadOnlyList<DarknetStored> stored)
{
    private readonly Dictionary<string, TensorProto> _initializers = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, DarknetStored> _stored = stored.ToDictionary(s => s.Initializer, StringComparer.Ordinal);

    /// <summary>Refuses a model that lacks an initializer, or in which one has another length or a value that is not finite.</summary>
    /// <param name="parameter">The parameter that the model was given as.</param>
    public void Check(string parameter)
    {
        foreach (var s in stored)
            if (Problem(s) is { } problem) throw new ArgumentException($"{model.Name}: {problem}.", parameter);
    }

    /// <summary>The values of an initializer. Variances that training left alone are those of the start, to the bit.</summary>
    public float[] Of(string initializer)
    {
        var values = TensorData.Floats(_initializers[initializer]).ToArray();
        if (_stored[initializer].Variances is not { } start) return values;
        for (var i = 0; i < values.Length; i++)
            values[i] = values[i] == BatchNormalization.VarianceOfOnnx(start[i]) ? start[i] : BatchNormalization.VarianceOfDarknet(values[i]);
        return values;
    }

    private string? Problem(DarknetStored s)
    {
        if (!_initializers.TryGetValue(s.Initializer, out var tensor))
            return $"there is no initializer {s.Initializer}; expected those of the form for training, with batch normalisation apart";
        if (TensorData.Problem(tensor) is { } problem) return $"{s.Initializer}: {problem}";
        var values = TensorData.Floats(tensor);
        if (values.Length != s.Count) return $"{s.Initializer} has {values.Length} values; expected {s.Count}";
        var bad = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        return bad < 0 ? null : $"value {bad} of {s.Initializer} is {values[bad]}; expected finite values";
    }
}
