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
        var length = checked(input.Batch * input.Length);
        if (input.Bytes) _bytes = new byte[length];
        else _floats = new float[length];
        long[] shape = [input.Batch, .. input.Shape[1..]];
        _inputValues = [_bytes is null
            ? OrtValue.CreateTensorValueFromMemory(_floats!, shape)
            : OrtValue.CreateTensorValueFromMemory(_bytes, shape)];
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
        Pack(normalization, 0);
        Run(cancellationToken);
        return _outputs;
    }

    /// <summary>Runs up to a batch of images in one run, padded with zeros, and gives the outputs of each.</summary>
    /// <param name="normalization">The input normalisation.</param>
    /// <param name="images">At least one image, at most a batch.</param>
    /// <param name="resize">How they are resized.</param>
    /// <param name="cancellationToken">Stops the run, between two layers.</param>
    /// <exception cref="BadModelException">An output does not begin with the batch.</exception>
    public IReadOnlyList<(IReadOnlyList<NetworkOutput> Outputs, ImageGeometry Geometry)> RunBatch(
        PixelNormalization normalization, IReadOnlyList<RgbImage> images, ResizeOptions resize, CancellationToken cancellationToken)
    {
        var geometries = new ImageGeometry[images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            geometries[i] = ImageResizer.Resize(images[i], Resized, resize);
            Pack(normalization, i);
        }
        _floats?.AsSpan(images.Count * _input.Length).Clear();
        _bytes?.AsSpan(images.Count * _input.Length).Clear();
        Run(cancellationToken);
        return [.. geometries.Select((geometry, i) => ((IReadOnlyList<NetworkOutput>)[.. _outputs.Select(o => Part(o, i))], geometry))];
    }

    private NetworkOutput Part(NetworkOutput output, int index)
    {
        if (output.Shape.Length == 0 || output.Shape[0] != _input.Batch)
        {
            throw new BadModelException(
                $"{_session.Name}: for {_input.Batch} images the output '{output.Name}' has the shape {string.Join('×', output.Shape)}; expected one part for each.");
        }
        var length = output.Data.Length / _input.Batch;
        var range = new Range(index * length, (index + 1) * length);
        Array part = output.Data switch
        {
            float[] floats => floats[range],
            byte[] bytes => bytes[range],
            int[] integers => integers[range],
            var longs => ((long[])longs)[range],
        };
        return new(output.Name, [1, .. output.Shape[1..]], part);
    }

    private void Run(CancellationToken cancellationToken)
    {
        if (_outputValues is null) MakeOutputs(cancellationToken);
        else _session.Run(_inputNames, _inputValues, _outputNames, _outputValues, cancellationToken);
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

    private void Pack(PixelNormalization normalization, int index)
    {
        var (start, length) = (index * _input.Length, _input.Length);
        if (_bytes is not null && _input.Channels == 1) TensorPacker.PackGrey(Resized, _bytes.AsSpan(start, length));
        else if (_bytes is not null) TensorPacker.Pack(Resized, _bytes.AsSpan(start, length), _input.Layout, normalization.Bgr);
        else if (_input.Channels == 1) TensorPacker.PackGrey(Resized, _floats.AsSpan(start, length), normalization);
        else TensorPacker.Pack(Resized, _floats.AsSpan(start, length), _input.Layout, normalization);
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
