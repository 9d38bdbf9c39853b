using Rapport.Conversations;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Conversations;

/// <summary>That words may mean an emergency: for the program to show to whoever wrote them.</summary>
/// <param name="Number">The number to call.</param>
/// <param name="Call">The same as an address that a telephone calls: <c>tel:…</c>.</param>
/// <param name="Lines">The operator's own lines for what the words may mean, such as for who does not want to live; none where there is none.</param>
internal sealed record UrgentTold(string Number, string Call, IReadOnlyList<string> Lines)
{
    internal static UrgentTold Of(UrgentLook look, UrgentHelp help) => new(help.Number, help.Call, [.. look.Kinds.Select(help.LineFor).OfType<string>()]);
}
