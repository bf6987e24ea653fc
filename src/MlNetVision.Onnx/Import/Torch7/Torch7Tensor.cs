namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>A view of a storage. That it lies within was checked when it was read.</summary>
/// <param name="Size">Its axes; none for a tensor without elements.</param>
/// <param name="Stride">Elements of the storage from one to the next on each axis.</param>
/// <param name="Offset">The first element, counted from 0.</param>
/// <param name="Storage">The storage; null where there are no elements.</param>
internal sealed record Torch7Tensor(long[] Size, long[] Stride, long Offset, Torch7Storage? Storage)
{
    /// <summary>The number of its elements, which may be more than the storage has where a stride is 0; at most that of the largest array and one.</summary>
    public long Count => Size.Length == 0 || Size.Contains(0) ? 0 : Size.Aggregate(1L, (all, axis) => axis > Array.MaxLength / all ? Array.MaxLength + 1L : all * axis);

    /// <summary>Whether every element lies within the storage.</summary>
    public bool IsWithinStorage()
    {
        if (Size.Any(s => s < 0)) return false;
        if (Size.Length == 0 || Size.Contains(0)) return true;
        if (Storage is null) return false;
        Int128 least = Offset, most = Offset;
        for (var i = 0; i < Size.Length; i++)
        {
            var reach = (Int128)(Size[i] - 1) * Stride[i];
            if (Int128.Abs(reach) >= Storage.Count) return false; // before sums of several could overflow
            if (reach < 0) least += reach;
            else most += reach;
        }
        return least >= 0 && most < Storage.Count;
    }

    public override string ToString() => Size.Length == 0 ? "nothing" : string.Join('×', Size);
}
