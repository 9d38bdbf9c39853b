using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Gives whoever has seats in conversations another hash than the one under which they are told what is new, so that nobody who reads both tables joins them.</summary>
internal sealed class SeatHolders : KeyedMigration
{
    /// <inheritdoc/>
    public override int Number => 12;

    /// <inheritdoc/>
    public override async Task ApplyAsync(DbTransaction transaction, Keyring keyring)
    {
        var seats = ConversationStore.SeatsOf(keyring);
        foreach (var before in await transaction.Connection!.QueryAsync<byte[]>("SELECT DISTINCT holder FROM conversation_place", transaction: transaction, commandTimeout: Migrator.NoTimeLimit))
        {
            await transaction.Connection!.ExecuteAsync(
                "UPDATE conversation_place SET holder = @now WHERE holder = @before", new { before, now = ConversationStore.SeatHolderOf(seats, before) }, transaction, Migrator.NoTimeLimit);
        }
    }
}
