using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlNetVision.Onnx.Tests;

/// <summary>Runs models with ONNX Runtime on fixed pseudo-random inputs: the judge of shapes and cuts.</summary>
internal static class OrtRun
{
    public sealed record Result(string Name, TensorElementType Type, long[] Shape, byte[] Bytes)
    {
        public float[] Floats => Type == TensorElementType.Float16
            ? [.. MemoryMarshal.Cast<byte, Half>(Bytes).ToArray().Select(h => (float)h)]
            : MemoryMarshal.Cast<byte, float>(Bytes).ToArray();

        public long[] Integers => MemoryMarshal.Cast<byte, long>(Bytes).ToArray();
    }

    /// <summary>Runs with the optimiser off, so that every tensor of the file is really made.</summary>
    public static Result[] Run(OnnxModel model, IReadOnlyDictionary<string, IReadOnlyList<long>>? shapes = null)
    {
        using var session = Session(model);
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var (name, info) in session.InputMetadata)
                inputs[name] = Noise(info, shapes?.GetValueOrDefault(name) ?? [.. info.Dimensions.Select(d => d < 0 ? 1L : d)]);
            using var run = new RunOptions();
            using var outputs = session.Run(run, inputs, session.OutputNames);
            return [.. outputs.Select((o, i) => Read(session.OutputNames[i], o))];
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    /// <summary>One float output for float inputs that are given.</summary>
    public static float[] Floats(OnnxModel model, string output, params (string Name, long[] Shape, float[] Values)[] inputs)
    {
        using var session = Session(model);
        var values = inputs.ToDictionary(i => i.Name, i => OrtValue.CreateTensorValueFromMemory(i.Values, i.Shape));
        try
        {
            using var run = new RunOptions();
            using var outputs = session.Run(run, values, [output]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }

    public static Dictionary<string, TensorElementType> OutputTypes(OnnxModel model)
    {
        using var session = Session(model);
        return session.OutputMetadata.ToDictionary(o => o.Key, o => o.Value.ElementDataType);
    }

    private static InferenceSession Session(OnnxModel model)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(model.ToBytes(), options);
    }

    private static OrtValue Noise(NodeMetadata info, IReadOnlyList<long> shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, info.ElementDataType, [.. shape]);
        var bytes = value.GetTensorMutableRawData();
        var random = new Random(7);
        switch (info.ElementDataType)
        {
            case TensorElementType.Float: foreach (ref var v in MemoryMarshal.Cast<byte, float>(bytes)) v = random.NextSingle(); break;
            case TensorElementType.Float16: foreach (ref var v in MemoryMarshal.Cast<byte, Half>(bytes)) v = (Half)random.NextSingle(); break;
            default: random.NextBytes(bytes); break;
        }
        return value;
    }

    private static Result Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new Result(name, info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
