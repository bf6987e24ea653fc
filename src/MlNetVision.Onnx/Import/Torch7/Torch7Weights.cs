using System.Buffers.Binary;
using Google.Protobuf;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>Takes the numbers of tensors out of the file, as floats.</summary>
/// <param name="bytes">The file.</param>
/// <param name="memory">What is left of the memory that the file may take.</param>
internal sealed class Torch7Weights(byte[] bytes, Torch7Memory memory)
{
    /// <summary>The elements of a tensor in the order of its axes, as the bytes of little-endian floats.</summary>
    public ByteString Take(Torch7Module module, string field, Torch7Tensor tensor)
    {
        var size = tensor.Count * sizeof(float);
        if (size > Array.MaxLength || !memory.TryTake(size)) throw module.Bad($"{field} has {tensor} elements, with which all values and weights together take more memory than {memory.Limit}");
        var raw = new byte[size];
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
            if (!float.IsFinite(value)) throw module.Bad(FormattableString.Invariant($"{field} holds {value} at element {i / sizeof(float)}; finite numbers were expected"));
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
