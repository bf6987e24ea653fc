using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MlNetVision.MlNet;

/// <summary>
/// Marks a property of type <see cref="MLImage"/> in a row class as an image of any size. (ML.NET's own
/// <see cref="ImageTypeAttribute"/> requires a size.)
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AnySizeImageTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is AnySizeImageTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(AnySizeImageTypeAttribute).GetHashCode();
}
