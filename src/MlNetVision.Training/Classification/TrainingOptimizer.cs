namespace MlNetVision.Training;

/// <summary>The optimiser of a training.</summary>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with momentum 0.9.</summary>
    Sgd,

    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}
