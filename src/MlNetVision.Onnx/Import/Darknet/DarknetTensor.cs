namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>What a layer gives: a float tensor <c>1 × Channels × Height × Width</c>.</summary>
internal readonly record struct DarknetTensor(string Name, int Channels, int Height, int Width)
{
    public long Elements => (long)Channels * Height * Width;

    public bool SameSize(DarknetTensor other) => (Channels, Height, Width) == (other.Channels, other.Height, other.Width);

    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
