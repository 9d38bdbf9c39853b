using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>Words on labels on their way to the page that shows what they would do.</summary>
/// <inheritdoc/>
internal sealed class LabelDrafts(IDataProtectionProvider protection) : SealedDrafts<LabelDraft>(protection, "label-draft")
{
    /// <summary>The draft as an address carries it; null for more than an address holds.</summary>
    public string? TrySeal(PersonId person, LabelDraft draft) => Seal(person, draft) is { Length: <= MostCharacters } text ? text : null;
}
