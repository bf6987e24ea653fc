using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>
/// The buffers of one run of a network: the picture at the network's size, the input tensor and the output tensors.
/// All are made once and used again, so that a run allocates next to nothing.
/// </summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly NetworkInput _input;
    private readonly float[]? _floats;
    private readonly byte[]? _bytes;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputValues;
    private readonly string[] _outputNames;
    private readonly NetworkOutput[] _outputs;
    private OrtValue[]? _outputValues;

    public NetworkRun(InferenceSession session, NetworkInput input, string[] outputs)
    {
        _session = session;
        _input = input;
        _inputNames = [input.Name];
        _outputNames = outputs;
        _outputs = new NetworkOutput[outputs.Length];
        Resized = new Picture(input.Width, input.Height);
        if (input.Bytes) _bytes = new byte[input.Length];
        else _floats = new float[input.Length];
        _inputValues = [_bytes is null
            ? OrtValue.CreateTensorValueFromMemory(_floats!, input.Shape)
            : OrtValue.CreateTensorValueFromMemory(_bytes, input.Shape)];
    }

    /// <summary>The picture at the network's size; fill it before <see cref="Run(PixelNormalization)"/>.</summary>
    public Picture Resized { get; }

    /// <summary>Packs <see cref="Resized"/>, runs the network and gives its outputs, valid until the next run.</summary>
    public IReadOnlyList<NetworkOutput> Run(PixelNormalization normalization)
    {
        if (_bytes is not null) TensorPacker.Pack(Resized, _bytes, _input.Layout, normalization.Bgr);
        else TensorPacker.Pack(Resized, _floats!, _input.Layout, normalization);
        if (_outputValues is null) MakeOutputs();
        else _session.Run(_options, _inputNames, _inputValues, _outputNames, _outputValues);
        return _outputs;
    }

    /// <summary>Resizes a picture into <see cref="Resized"/> and runs.</summary>
    public IReadOnlyList<NetworkOutput> Run(PixelNormalization normalization, Picture picture, ResizeOptions resize, out ImageGeometry geometry)
    {
        geometry = PictureResizer.Resize(picture, Resized, resize);
        return Run(normalization);
    }

    public void Dispose()
    {
        foreach (var value in _outputValues ?? []) value.Dispose();
        _inputValues[0].Dispose();
        Resized.Dispose();
        _options.Dispose();
    }

    // The first run tells the shapes; from then on the outputs are written to arrays of our own.
    private void MakeOutputs()
    {
        using var first = _session.Run(_options, _inputNames, _inputValues, _outputNames);
        var values = new OrtValue[first.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var info = first[i].GetTensorTypeAndShape();
            (values[i], _outputs[i]) = info.ElementDataType switch
            {
                TensorElementType.Float => MakeOutput<float>(first[i], _outputNames[i], info.Shape),
                TensorElementType.UInt8 => MakeOutput<byte>(first[i], _outputNames[i], info.Shape),
                TensorElementType.Int32 => MakeOutput<int>(first[i], _outputNames[i], info.Shape),
                TensorElementType.Int64 => MakeOutput<long>(first[i], _outputNames[i], info.Shape),
                var type => throw new BadModelException($"The output '{_outputNames[i]}' holds {type} elements; expected float, uint8, int32 or int64."),
            };
        }
        _outputValues = values;
    }

    private static (OrtValue, NetworkOutput) MakeOutput<T>(OrtValue first, string name, long[] shape) where T : unmanaged
    {
        var data = first.GetTensorDataAsSpan<T>().ToArray();
        return (OrtValue.CreateTensorValueFromMemory(data, shape), new NetworkOutput(name, shape, data));
    }
}
