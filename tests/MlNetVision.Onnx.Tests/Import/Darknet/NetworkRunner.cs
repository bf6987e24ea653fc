using Microsoft.ML.OnnxRuntime;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

/// <summary>An output of a network: its values, and its shape with the batch in front.</summary>
internal readonly record struct Tensor(float[] Values, long[] Shape);

/// <summary>Runs a model with ONNX Runtime.</summary>
internal static class NetworkRunner
{
    /// <summary>Runs it; where the batch is free, <paramref name="image"/> may hold several images.</summary>
    public static Dictionary<string, Tensor> Run(OnnxModel model, float[] image)
    {
        using var session = new InferenceSession(model.ToBytes());
        var shape = session.InputMetadata["image"].Dimensions.Select(d => (long)d).ToArray();
        if (shape[0] < 0) shape[0] = image.Length / (shape[1] * shape[2] * shape[3]);
        using var input = OrtValue.CreateTensorValueFromMemory(image, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, ["image"], [input], session.OutputNames);
        return session.OutputNames.Zip(results).ToDictionary(
            p => p.First,
            p => new Tensor(p.Second.GetTensorDataAsSpan<float>().ToArray(), p.Second.GetTensorTypeAndShape().Shape));
    }
}
