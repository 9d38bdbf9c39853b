using Rapport.Consent;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Lanes;

/// <summary>What a teenager is told of whether their parents read a conversation.</summary>
internal static class ParentsWords
{
    /// <summary>In one line.</summary>
    public static string Of(ParentsReading parents) => parents.How switch
    {
        ParentsReading.Way.Acting => LaneText.ParentsRead,
        ParentsReading.Way.Themself => LaneText.ParentsAreIn,
        ParentsReading.Way.NotAnyMore => LaneText.ParentsNoMore,
        _ => LaneText.ParentsNot,
    };

    /// <summary>What that means; null where there is no more to say.</summary>
    public static string? MeansOf(ParentsReading parents) => parents.How switch
    {
        ParentsReading.Way.Acting => Say.Fill(LaneText.ParentsReadMeans, Say.List([.. parents.Policy.Labels.Select(static label => SecurityLabels.Describe("", label)).Distinct()])),
        ParentsReading.Way.NotAnyMore => LaneText.ParentsNoMoreMeans,
        _ => null,
    };
}
