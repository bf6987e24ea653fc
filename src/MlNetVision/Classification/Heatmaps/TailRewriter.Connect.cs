using Google.Protobuf;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

/// <summary>Fully connected layers as convolutions.</summary>
internal sealed partial class TailRewriter
{
    private void Connect(NodeProto node, string data)
    {
        if (node.Integer("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1 || node.Input[0] != data)
            throw Cannot(node, "expected vector · weights + bias");
        var weights = Stored(node, node.Input[1]);
        var outputsFirst = node.Integer("transB", 0) != 0;
        var inputs = (long)Channels * _rows * _columns;
        if (weights.Dims.Count != 2 || weights.Dims[outputsFirst ? 1 : 0] != inputs)
            throw Cannot(node, $"its weights are {string.Join('×', weights.Dims)}, expected {inputs} inputs");
        var outputs = (int)weights.Dims[outputsFirst ? 0 : 1];
        List<string> operands = [_at, Add(Kernel(weights, outputs, outputsFirst))];
        if (node.Input.Count > 2 && node.Input[2].Length > 0) operands.Add(Add(Bias(node, Stored(node, node.Input[2]), outputs)));
        _at = _writer.Node("Conv", SlidingName(node), operands, ("kernel_shape", new long[] { _rows, _columns }));
        (Channels, _rows, _columns) = (outputs, 1, 1);
    }

    /// <summary>
    /// The weights as M × C × h × w. The vector was flattened from C, h, w, or from h, w, C where channels are last.
    /// </summary>
    private TensorProto Kernel(TensorProto weights, int outputs, bool outputsFirst)
    {
        var kernel = new TensorProto { Name = $"{weights.Name}/kernel", DataType = weights.DataType, Dims = { outputs, Channels, _rows, _columns } };
        var values = Raw(weights);
        var positions = _rows * _columns;
        var channelsLast = _tail.Layout == PixelLayout.Nhwc && positions > 1;
        if (outputsFirst && !channelsLast)
        {
            kernel.RawData = values;
            return kernel;
        }
        var source = values.Span;
        var size = ElementType.Bits(weights.DataType) / 8;
        var target = new byte[source.Length];
        var inputs = Channels * positions;
        for (var input = 0; input < inputs; input++)
        {
            var to = channelsLast ? (input % Channels * positions) + (input / Channels) : input;
            for (var output = 0; output < outputs; output++)
            {
                var from = outputsFirst ? ((long)output * inputs) + input : ((long)input * outputs) + output;
                source.Slice((int)(from * size), size).CopyTo(target.AsSpan((int)((((long)output * inputs) + to) * size)));
            }
        }
        kernel.RawData = UnsafeByteOperations.UnsafeWrap(target);
        return kernel;
    }

    private TensorProto Bias(NodeProto node, TensorProto bias, int outputs)
    {
        if (ElementType.Count(bias.Dims) != outputs) throw Cannot(node, $"its bias is {string.Join('×', bias.Dims)}, expected {outputs}");
        return new TensorProto { Name = $"{bias.Name}/bias", DataType = bias.DataType, Dims = { outputs }, RawData = Raw(bias) };
    }

    private TensorProto Stored(NodeProto node, string name) =>
        _graph.Initializer.FirstOrDefault(t => t.Name == name)
        ?? _graph.Node.FirstOrDefault(n => n.OpType == "Constant" && n.Output[0] == name)?.Find("value")?.T
        ?? throw Cannot(node, $"'{name}' is not an initializer");

    /// <summary>The values as little-endian bytes, from any of ONNX's data fields.</summary>
    private static ByteString Raw(TensorProto tensor)
    {
        if (!tensor.RawData.IsEmpty) return tensor.RawData;
        var bytes = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()),
            TensorProto.Types.DataType.Double => System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(tensor.DoubleData.ToArray()),
            _ => System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>([.. tensor.Int32Data.Select(v => (ushort)v)]),
        };
        return ByteString.CopyFrom(bytes);
    }

    private string Add(TensorProto tensor)
    {
        if (_writer.Has(tensor.Name)) tensor.Name = _writer.FreeName(tensor.Name);
        return _writer.Store(tensor);
    }
}
