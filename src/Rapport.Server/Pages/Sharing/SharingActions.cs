using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Fhir;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What a recipient may do beside seeing, in plain words, and how it stands in a Consent. Nothing of it unless the patient ticks it.</summary>
internal static class SharingActions
{
    /// <summary>What can be chosen, in the order in which pages show it: <see cref="ConsentAction"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [ConsentAction.Collect, ConsentAction.Comment, ConsentAction.ShareOn];

    /// <summary>How a form sends it.</summary>
    public static string CodeOf(string action) => action[(action.IndexOf('|', StringComparison.Ordinal) + 1)..];

    /// <summary>What a form sent.</summary>
    public static IReadOnlyList<string> Read(IEnumerable<string?> codes) => [.. All.Where(action => codes.Contains(CodeOf(action)))];

    /// <summary>The name of one that can be chosen.</summary>
    public static string Title(string action) => action switch
    {
        ConsentAction.Collect => SharingText.MayCollect,
        ConsentAction.Comment => SharingText.MayComment,
        _ => SharingText.MayShareOn,
    };

    /// <summary>What it does for the patient, and what it means.</summary>
    public static string About(string action) => action switch
    {
        ConsentAction.Collect => SharingText.MayCollectAbout,
        ConsentAction.Comment => SharingText.MayCommentAbout,
        _ => SharingText.MayShareOnAbout,
    };

    /// <summary>Some of them inside a sentence, after <c>may</c>.</summary>
    public static string Does(IEnumerable<string> actions) => Say.List([.. actions.Select(DoesOne).OfType<string>()]);

    private static string? DoesOne(string action) => action switch
    {
        ConsentAction.Collect => SharingText.DoesCollect,
        ConsentAction.Comment => SharingText.DoesComment,
        ConsentAction.ShareOn => SharingText.DoesShareOn,
        _ => null,
    };

    /// <summary>Writes them into a provision; nothing where nothing is more than seeing.</summary>
    public static void Write(JsonObject provision, IReadOnlyList<string> actions)
    {
        if (actions.Count > 0)
        {
            ConsentJson.OfActions(provision, actions.Prepend(ConsentAction.Access));
        }
    }

    /// <summary>What a provision names beside seeing; null when it says it in another way than these pages do.</summary>
    public static IReadOnlyList<string>? TryRead(Element provision)
    {
        List<string> named = [];
        foreach (var action in provision.All("action"))
        {
            if (action.All("coding") is not [var coding] || coding.Text("code") is not { } code)
            {
                return null;
            }

            named.Add(coding.Text("system") == ConsentAction.OwnSystem ? $"{ConsentAction.OwnSystem}|{code}" : code);
        }

        return named.Count == 0 ? [] : named.Remove(ConsentAction.Access) && named.TrueForAll(All.Contains) ? [.. All.Where(named.Contains)] : null;
    }
}
