// The index of a table's slots is the index of hashes over entries.
global using SlotIndex = FastShard.Memory.HashIndex<FastShard.Memory.KeyBlock>;
