using Rapport.Data;

namespace Rapport.Records;

/// <summary>What is given with an agreement: both or none.</summary>
/// <param name="Id">The id of both.</param>
internal sealed record ConsentGift(LocalId Id)
{
    /// <summary>A link; null for none.</summary>
    internal LinkRow? Link { get; init; }

    /// <summary>A card; null for none.</summary>
    internal CardRow? Card { get; init; }
}
