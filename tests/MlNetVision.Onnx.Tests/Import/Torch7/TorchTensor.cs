namespace MlNetVision.Onnx.Tests.Import.Torch7;

/// <summary>A tensor to be written.</summary>
internal sealed record TorchTensor(string Element, long[] Size, long[] Stride, long Offset, TorchStorage? Storage)
{
    /// <summary>A whole storage, row by row.</summary>
    public static TorchTensor Of(float[] values, params long[] size) => Of("Float", values, size);

    public static TorchTensor Of(string element, float[] values, params long[] size) =>
        new(element, size, [.. size.Select((_, axis) => size.Skip(axis + 1).Aggregate(1L, (a, b) => a * b))], 1, new TorchStorage(element, values));
}
