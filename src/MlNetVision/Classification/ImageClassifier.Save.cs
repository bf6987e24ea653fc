using MlNetVision.Pipelines;
using MlNetVision.Pipelines.Standalone;

namespace MlNetVision.Classification;

public sealed partial class ImageClassifier
{
    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the columns of
    /// <see cref="ClassificationTransformsCatalog"/>. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, ImageClassifierOptions?)"/>.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path) => ChainFile.Save(path, context =>
        ClassificationTransformsCatalog.ClassifyImages(context.Transforms, _network, ChainFile.ImagePath, images: false));

    /// <summary>
    /// Saves the chain, with these options, as an ML.NET model that needs nothing of this library: all transforms are ML.NET's own.
    /// <c>mlContext.Model.Load</c> reads it in any app that has Microsoft.ML, ImageAnalytics, OnnxTransformer and OnnxRuntime; so does
    /// <see cref="Load(string, ImageClassifierOptions?)"/>, which then resizes and answers as this classifier does.
    /// </summary>
    /// <remarks>
    /// From the text column <c>ImagePath</c> it makes <c>PredictedLabel</c> (text) and <c>Score</c> (a vector of float, one for each class by
    /// index). The mode of <see cref="Resize"/> holds, but the resize is ML.NET's, which takes the nearest pixel where it stretches: so it goes
    /// to 4 times the network's size (less where that is beyond 1,024 pixels), and the network itself makes that smaller, antialiased. EXIF
    /// orientation is ignored. Scores differ a little from those of <see cref="SaveZip"/>. The entry <c>mlnetvision/card.md</c> in the
    /// <c>.zip</c> tells the columns and classes.
    /// </remarks>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveStandaloneZip(string path) => SaveStandaloneZip(path, StandaloneClassifier.TimesFor(Resize));

    internal void SaveStandaloneZip(string path, int times) =>
        ChainFile.Save(path, context => StandaloneClassifierChain.Create(context, _network, times), stream => StandaloneParts.AddCard(stream, StandaloneClassifierCard.Text(_network.Settings, times)));
}
