using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>
/// The buffers of one run of a network: the image at the network's size, the input tensor and the output tensors.
/// All are reused, so that a run allocates next to nothing.
/// </summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly OnnxSession _session;
    private readonly NetworkInput _input;
    private readonly float[]? _floats;
    private readonly byte[]? _bytes;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputValues;
    private readonly string[] _outputNames;
    private readonly NetworkOutput[] _outputs;
    private OrtValue[]? _outputValues;

    public NetworkRun(OnnxSession session, NetworkInput input, string[] outputs)
    {
        _session = session;
        _input = input;
        _inputNames = [input.Name];
        _outputNames = outputs;
        _outputs = new NetworkOutput[outputs.Length];
        Resized = new RgbImage(input.Width, input.Height);
        if (input.Bytes) _bytes = new byte[input.Length];
        else _floats = new float[input.Length];
        _inputValues = [_bytes is null
            ? OrtValue.CreateTensorValueFromMemory(_floats!, input.Shape)
            : OrtValue.CreateTensorValueFromMemory(_bytes, input.Shape)];
    }

    /// <summary>The image at the network's size; fill it before <see cref="Run(PixelNormalization, CancellationToken)"/>.</summary>
    public RgbImage Resized { get; }

    /// <summary>The resize for the size of these buffers.</summary>
    public ResizeOptions Fit(ResizeOptions resize) => (resize.Width, resize.Height) == (_input.Width, _input.Height)
        ? resize
        : resize with { Width = _input.Width, Height = _input.Height };

    /// <summary>The size of the input in pixels.</summary>
    public (int Width, int Height) Size => (_input.Width, _input.Height);

    /// <summary>Packs <see cref="Resized"/>, runs the network and gives its outputs, valid until the next run.</summary>
    /// <exception cref="OperationCanceledException">The token stopped the run, between two layers.</exception>
    public IReadOnlyList<NetworkOutput> Run(PixelNormalization normalization, CancellationToken cancellationToken = default)
    {
        Pack(normalization);
        if (_outputValues is null) MakeOutputs(cancellationToken);
        else _session.Run(_inputNames, _inputValues, _outputNames, _outputValues, cancellationToken);
        return _outputs;
    }

    /// <summary>Resizes an image into <see cref="Resized"/> and runs.</summary>
    public IReadOnlyList<NetworkOutput> Run(
        PixelNormalization normalization, RgbImage image, ResizeOptions resize, out ImageGeometry geometry,
        CancellationToken cancellationToken = default)
    {
        geometry = ImageResizer.Resize(image, Resized, resize);
        return Run(normalization, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var value in _outputValues ?? []) value.Dispose();
        _inputValues[0].Dispose();
        Resized.Dispose();
    }

    private void Pack(PixelNormalization normalization)
    {
        if (_bytes is not null && _input.Channels == 1) TensorPacker.PackGrey(Resized, _bytes);
        else if (_bytes is not null) TensorPacker.Pack(Resized, _bytes, _input.Layout, normalization.Bgr);
        else if (_input.Channels == 1) TensorPacker.PackGrey(Resized, _floats!, normalization);
        else TensorPacker.Pack(Resized, _floats!, _input.Layout, normalization);
    }

    // The first run gives the shapes; from then on outputs are written to our own arrays.
    private void MakeOutputs(CancellationToken cancellationToken)
    {
        using var first = _session.Run(_inputNames, _inputValues, _outputNames, cancellationToken);
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
                var type => throw new BadModelException(
                    $"{_session.Name}: the output '{_outputNames[i]}' holds {type} elements; expected float, uint8, int32 or int64."),
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

/// <summary>One output of a network.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Shape">Its shape, batch first.</param>
/// <param name="Data">Its elements, the last axis fastest: an array of float, byte, int or long.</param>
internal readonly record struct NetworkOutput(string Name, long[] Shape, Array Data)
{
    /// <summary>The elements of a float output.</summary>
    public float[] Floats => (float[])Data;
}
