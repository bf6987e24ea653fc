using System.Buffers.Binary;
using Google.Protobuf;

namespace MlNetVision.Onnx.Torch7;

/// <summary>Takes the numbers of tensors out of the file, as floats.</summary>
/// <param name="bytes">The file.</param>
internal sealed class Torch7Weights(byte[] bytes)
{
    /// <summary>
    /// The most bytes of floats for each byte of the file. Tensors that are views of the same storage could otherwise ask for any
    /// number; halves, which take twice their room as floats, may.
    /// </summary>
    private const int MostShare = 2;

    private long _left = MostShare * (long)bytes.Length;

    /// <summary>The elements of a tensor in the order of its axes, as the bytes of little-endian floats.</summary>
    public ByteString Take(Torch7Module module, string field, Torch7Tensor tensor)
    {
        var size = tensor.Count * sizeof(float);
        if (size > _left) throw module.Bad($"{field} has {tensor} elements, with which all weights together take more than {MostShare} times the file's {bytes.Length} bytes");
        _left -= (long)size;
        var raw = new byte[(int)size];
        if (raw.Length > 0) Copy(tensor, raw, module, field);
        return UnsafeByteOperations.UnsafeWrap(raw);
    }

    private void Copy(Torch7Tensor tensor, Span<byte> raw, Torch7Module module, string field)
    {
        var (size, element) = (tensor.Size, tensor.Storage!.Element);
        var indices = new long[size.Length];
        var at = tensor.Offset;
        for (var i = 0; i < raw.Length; i += sizeof(float))
        {
            var value = element.Read(bytes.AsSpan(tensor.Storage.Start + (int)at * element.Bytes, element.Bytes));
            if (!float.IsFinite(value)) throw module.Bad($"{field} holds {value} at element {i / sizeof(float)}; finite numbers were expected");
            BinaryPrimitives.WriteSingleLittleEndian(raw[i..], value);
            for (var axis = size.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Stride[axis];
                if (++indices[axis] < size[axis]) break;
                at -= tensor.Stride[axis] * size[axis];
                indices[axis] = 0;
            }
        }
    }
}
