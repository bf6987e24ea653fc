using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Inference;
using MlNetVision.Onnx;

namespace MlNetVision.Benchmarks;

/// <summary><c>InferenceSession.Run</c> and nothing else: tensors that lie ready in memory, and outputs written to ready memory.</summary>
internal static class NetworkAlone
{
    /// <summary>ONNX Runtime's defaults: all cores on one run after the other.</summary>
    public static Contender AllThreads(OnnxModel model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var session = new InferenceSession(model.ToBytes(), options);
        var run = Prepare(session, model);
        return new Contender("network alone, all threads on one run", images =>
        {
            for (var i = 0; i < images.Count; i++) run();
            return 0;
        }, session);
    }

    /// <summary>As many runs side by side as there are cores, with one thread each.</summary>
    public static Contender SideBySide(OnnxModel model, int workers)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var session = new InferenceSession(model.ToBytes(), options);
        var runs = Enumerable.Range(0, workers).Select(_ => Prepare(session, model)).ToArray();
        return new Contender($"network alone, {workers} runs side by side", images => Workers.Run(workers, images.Count, (worker, _) =>
        {
            runs[worker]();
            return 0;
        }), session);
    }

    private static Action Prepare(InferenceSession session, OnnxModel model)
    {
        var input = NetworkInput.Of(model);
        var options = new RunOptions();
        string[] inputNames = [input.Name];
        var outputNames = session.OutputNames.ToArray();
        OrtValue[] inputs = [input.Bytes
            ? OrtValue.CreateTensorValueFromMemory(new byte[input.Length], input.Shape)
            : OrtValue.CreateTensorValueFromMemory(Noise(input.Length), input.Shape)];
        using var first = session.Run(options, inputNames, inputs, outputNames);
        var outputs = first.Select(Copy).ToArray();
        return () => session.Run(options, inputNames, inputs, outputNames, outputs);
    }

    private static OrtValue Copy(OrtValue output)
    {
        var info = output.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.Int64
            ? OrtValue.CreateTensorValueFromMemory(output.GetTensorDataAsSpan<long>().ToArray(), info.Shape)
            : OrtValue.CreateTensorValueFromMemory(output.GetTensorDataAsSpan<float>().ToArray(), info.Shape);
    }

    private static float[] Noise(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }
}
