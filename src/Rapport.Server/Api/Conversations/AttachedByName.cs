using Rapport.Conversations;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Api.Conversations;

/// <summary>The entries that a program names to be attached to a message.</summary>
internal static class AttachedByName
{
    /// <summary>What goes along, or what is wrong with one of them.</summary>
    /// <remarks>
    /// An entry that is named goes whatever it is marked with: a page would have asked once more. Of a child goes what its parent sees and could choose on the page, with its files; whatever else is named looks like what is not there.
    /// </remarks>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<(IReadOnlyList<string> Attached, string? Problem)> ReadAsync(PatientSide side, IReadOnlyList<string> named, CancellationToken cancel)
    {
        if (side.Own is { } own)
        {
            foreach (var entry in named)
            {
                if (!await OwnEntry.IsThereAsync(own, entry, cancel))
                {
                    return ([], $"`{Failure.Short(entry)}` is no entry of your record: write it like `Observation/{own.Patient}.…`");
                }
            }

            return (named, null);
        }

        var chosen = await AttachChoice.ChosenAsync(side, named, cancel);
        List<string> along = [.. chosen.SelectMany(static offer => (IEnumerable<string>)[offer.Reference, .. offer.Files]).Distinct()];
        return named.FirstOrDefault(entry => !along.Contains(entry)) is { } unknown ? ([], $"`{Failure.Short(unknown)}` is no entry of this record that you can attach: write it like `Observation/{side.Attached.Patient}.…`")
            : along.Count > ConversationDesk.MostAttached ? ([], $"with their files these are more than {ConversationDesk.MostAttached} entries: attach fewer")
            : (along, null);
    }
}
