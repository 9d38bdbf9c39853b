using Rapport.Conversations;

namespace Rapport.Server.Pages.Conversations.Reports;

/// <summary>What reports say in plain words.</summary>
internal static class ReportWords
{
    /// <summary>Why somebody reports.</summary>
    public static string Of(ReportReason reason) => reason switch
    {
        ReportReason.Insult => ReportText.Insult,
        ReportReason.Threat => ReportText.Threat,
        ReportReason.Pestering => ReportText.Pestering,
        ReportReason.Harm => ReportText.Harm,
        ReportReason.Pretence => ReportText.Pretence,
        _ => ReportText.Other,
    };

    /// <summary>What was done.</summary>
    public static string Of(ReportOutcome outcome) => outcome switch
    {
        ReportOutcome.ToldOff => ReportText.ToldOff,
        ReportOutcome.Stopped => ReportText.Stopped,
        _ => ReportText.NothingFound,
    };
}
