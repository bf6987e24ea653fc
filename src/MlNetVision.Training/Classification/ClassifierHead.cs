namespace MlNetVision.Training;

/// <summary>The layers that are trained on the features of a network.</summary>
public enum ClassifierHead
{
    /// <summary>One fully connected layer and softmax: logistic regression of several classes.</summary>
    Softmax,

    /// <summary>Fully connected with 512 units → batch normalisation → ReLU → dropout 0.5 → fully connected → softmax.</summary>
    Dense,
}
