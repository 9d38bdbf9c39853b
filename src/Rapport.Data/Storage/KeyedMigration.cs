using System.Data.Common;

namespace Rapport.Data;

/// <summary>
/// What a migration does that SQL cannot: it needs the installation's key. It belongs to the migration file of its module that has the same number, and runs after it in the same transaction: what stops in between
/// leaves the database as it was, and the next start begins anew. As a file, one that was applied never runs again and never changes.
/// </summary>
/// <remarks>Found by being there: a module has one class for each. It has a constructor without parameters.</remarks>
public abstract class KeyedMigration
{
    /// <summary>The number of the file.</summary>
    public abstract int Number { get; }

    /// <summary>Does it, each command with <see cref="Migrator.NoTimeLimit"/>. May be run more than once before it is committed.</summary>
    public abstract Task ApplyAsync(DbTransaction transaction, Keyring keyring);
}
